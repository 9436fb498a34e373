using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Networks;

/// <summary>A network that is measured, and where the same weights are for us and for a peer.</summary>
/// <param name="Name">The generated class.</param>
/// <param name="Describe">Its description, which is built only when it is asked for: a cold start pays for one network.</param>
/// <param name="Load">Loads weights.</param>
/// <param name="OnnxFile">The peers' file, inside the shared folder.</param>
/// <param name="WeightsFile">The safetensors with the peers' weights, inside the shared folder; null where they follow from the rule.</param>
/// <param name="Reference">The library's inference by the weight rule.</param>
internal sealed record BenchmarkNetwork(
    string Name,
    Func<NetworkDescription> Describe,
    Func<string, NetworkOptions, CompiledNetwork> Load,
    string OnnxFile,
    string? WeightsFile,
    string Reference)
{
    /// <summary>All of them: the networks whose specs the project file compiles and for which the peers have a file.</summary>
    public static IReadOnlyList<BenchmarkNetwork> All { get; } =
    [
        new(nameof(EfficientNetB0), () => EfficientNetB0.Description, EfficientNetB0.Load, "efficientnet_b0.onnx", null, "torchvision/b0"),
        new(nameof(EfficientNetLite0), () => EfficientNetLite0.Description, EfficientNetLite0.Load, "efficientnet_lite0.onnx", "tf_efficientnet_lite0.safetensors", "timm/lite0"),
    ];

    /// <summary>The network as data.</summary>
    public NetworkDescription Description => Describe();

    /// <summary>The network of a name.</summary>
    /// <exception cref="ArgumentException">None has it.</exception>
    public static BenchmarkNetwork Named(string name) => All.FirstOrDefault(network => network.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"{name} is none of {string.Join(", ", All.Select(network => network.Name))}.");

    /// <summary>The weights that the peers' file holds, as safetensors; written into a folder where they follow from the rule.</summary>
    public string PeerWeights(string folder)
    {
        if (WeightsFile is not null) return Folders.InShared("weights", WeightsFile);
        string path = Path.Combine(folder, $"{Name}.safetensors");
        if (!File.Exists(path)) EvalReference.Read(Reference).WriteWeights(path);
        return path;
    }
}
