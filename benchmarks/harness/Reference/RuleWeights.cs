using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Reference;

/// <summary>The rule's weights for a network of which no library's inference is kept, running statistics included, by timm's names.</summary>
/// <remarks>
/// The rule's ranges are He's, which suppose a rectifier behind every sum. Where none follows, a map would grow twofold in square, block by
/// block, into ReLU6's corners, and the last digits of two engines with it (1.1e-4 in Lite3's logits): there BatchNorm's weight is √½ of the rule's.
/// </remarks>
internal static class RuleWeights
{
    /// <summary>Writes them as safetensors.</summary>
    /// <param name="path">Where.</param>
    /// <param name="network">Whose.</param>
    public static void Write(string path, NetworkDescription network) =>
        SafetensorsWriter.Write(path, network.Layers.Where(layer => layer.Weights >= 0).SelectMany(layer => TensorsOf(layer, network.Weights[layer.Weights])), metadata: null);

    private static IEnumerable<SafetensorsTensor> TensorsOf(LayerDescription layer, ConvolutionWeights weights)
    {
        foreach (ExpectedTensor tensor in ExpectedTensor.Of(weights, NamingScheme.Timm))
        {
            float[] values = WeightRule.Values(tensor.Name, [.. tensor.Shape.Select(side => checked((int)side))]);
            bool isBatchNorms = tensor.Shape.Count == 1 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
            if (isBatchNorms && layer.Activation == ActivationFunction.None) values = Array.ConvertAll(values, value => value * MathF.Sqrt(0.5f));
            yield return new SafetensorsTensor(tensor.Name, tensor.Shape, values);
        }
    }
}
