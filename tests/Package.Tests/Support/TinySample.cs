using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Support;

/// <summary>The sample's network with weights by rule, and what the sample program must print with them.</summary>
internal static class TinySample
{
    public static string Photo { get; } = Path.Combine(Product.Repository, "assets", "photos", "coffee.png");

    /// <summary>Writes a weight file by torchvision's names.</summary>
    public static string WriteWeights(string folder, IReadOnlyDictionary<string, string>? metadata = null)
    {
        string path = Path.Combine(folder, "tiny.safetensors");
        SafetensorsWriter.Write(path, Tiny.Description.Weights.SelectMany(Tensors), metadata);
        return path;
    }

    /// <summary>The sample's line, by the network that this project compiled for itself.</summary>
    public static string ExpectedLine(string weights, InstructionSet? instructionSet = null)
    {
        using Tiny network = Tiny.Load(weights, new NetworkOptions { InstructionSet = instructionSet });
        using Session session = network.CreateSession(threads: 1);
        ClassScore best = session.Classify(Image.Load(Photo), top: 1)[0];
        best.Score.ShouldBeInRange(1f / Tiny.Classes, 1f);
        return string.Create(CultureInfo.InvariantCulture, $"Tiny on {network.InstructionSet}: class {best.Class}, {best.Score:R}\n");
    }

    private static IEnumerable<SafetensorsTensor> Tensors(ConvolutionWeights layer)
    {
        yield return Tensor($"{layer.Names.TorchVision}.weight", layer.Kernel == 0 ? [layer.Outputs, layer.Inputs] : [layer.Outputs, layer.Inputs, layer.Kernel, layer.Kernel]);
        if (layer.HasBias) yield return Tensor($"{layer.Names.TorchVision}.bias", layer.Outputs);
        if (layer.BatchNorm is not { } norm) yield break;
        foreach (string part in (string[])["weight", "bias", "running_mean", "running_var"]) yield return Tensor($"{norm.TorchVision}.{part}", layer.Outputs);
    }

    private static SafetensorsTensor Tensor(string name, params int[] shape) => new(name, [.. shape.Select(size => (long)size)], WeightRule.Values(name, shape));
}
