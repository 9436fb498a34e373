using EfficientNet.Cli.Benchmarking;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Reference;

/// <summary>The rule's weights for a network of which no library's inference is kept, running statistics included, by timm's names.</summary>
/// <remarks>
/// The rule's ranges are He's, which suppose a rectifier behind every sum. Where none follows, a map would grow twofold in square, and so it would with every residual
/// sum: block by block into ReLU6's corners, and the last digits of two engines with it (1.1e-4 in Lite3's logits; V2-M's reach 3e5, and nothing of them agrees). So
/// BatchNorm's weight is √½ of the rule's where no activation follows, times <see cref="ResidualScales"/>.
/// </remarks>
internal static class RuleWeights
{
    /// <summary>Writes them as safetensors.</summary>
    /// <param name="path">Where.</param>
    /// <param name="network">Whose.</param>
    public static void Write(string path, NetworkDescription network)
    {
        float[] scales = ResidualScales.Of(network);
        SafetensorsWriter.Write(path, network.Layers.Where(layer => layer.Weights >= 0).SelectMany(layer => TensorsOf(
            network.Weights[layer.Weights], scales[layer.Weights] * (layer.Activation == ActivationFunction.None ? MathF.Sqrt(0.5f) : 1))), metadata: null);
    }

    private static IEnumerable<SafetensorsTensor> TensorsOf(ConvolutionWeights weights, float scale)
    {
        foreach (ExpectedTensor tensor in ExpectedTensor.Of(weights, NamingScheme.Timm))
        {
            float[] values = WeightRule.Values(tensor.Name, [.. tensor.Shape.Select(side => checked((int)side))]);
            bool isBatchNorms = tensor.Shape.Count == 1 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
            if (isBatchNorms) values = Array.ConvertAll(values, value => value * scale);
            yield return new SafetensorsTensor(tensor.Name, tensor.Shape, values);
        }
    }
}
