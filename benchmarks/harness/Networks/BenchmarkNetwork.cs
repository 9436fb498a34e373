using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Cli.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Networks;

/// <summary>A network that is measured, and where the same weights are for us and for a peer.</summary>
/// <param name="Name">The generated class.</param>
/// <param name="Describe">Its description, which is built only when it is asked for: a cold start pays for one network.</param>
/// <param name="Load">Loads weights.</param>
/// <param name="Reference">The library's inference by the weight rule; null where there is none, and the rule gives the running statistics too.</param>
internal sealed record BenchmarkNetwork(string Name, Func<NetworkDescription> Describe, Func<string, NetworkOptions, CompiledNetwork> Load, string? Reference)
{
    /// <summary>All of them: the published families as they are compiled into the command line.</summary>
    public static IReadOnlyList<BenchmarkNetwork> All { get; } =
    [
        new(nameof(EfficientNetB0), () => EfficientNetB0.Description, EfficientNetB0.Load, "torchvision/b0") { OnnxFile = "efficientnet_b0.onnx" },
        new(nameof(EfficientNetB1), () => EfficientNetB1.Description, EfficientNetB1.Load, "torchvision/b1"),
        new(nameof(EfficientNetB2), () => EfficientNetB2.Description, EfficientNetB2.Load, "torchvision/b2"),
        new(nameof(EfficientNetB3), () => EfficientNetB3.Description, EfficientNetB3.Load, "torchvision/b3"),
        new(nameof(EfficientNetB4), () => EfficientNetB4.Description, EfficientNetB4.Load, "torchvision/b4"),
        new(nameof(EfficientNetB5), () => EfficientNetB5.Description, EfficientNetB5.Load, "torchvision/b5"),
        new(nameof(EfficientNetB6), () => EfficientNetB6.Description, EfficientNetB6.Load, "torchvision/b6"),
        new(nameof(EfficientNetB7), () => EfficientNetB7.Description, EfficientNetB7.Load, "torchvision/b7"),
        new(nameof(EfficientNetLite0), () => EfficientNetLite0.Description, EfficientNetLite0.Load, "timm/lite0")
        {
            OnnxFile = "efficientnet_lite0.onnx",
            WeightsFile = "tf_efficientnet_lite0.safetensors",
        },
        new(nameof(EfficientNetLite1), () => EfficientNetLite1.Description, EfficientNetLite1.Load, null),
        new(nameof(EfficientNetLite2), () => EfficientNetLite2.Description, EfficientNetLite2.Load, null),
        new(nameof(EfficientNetLite3), () => EfficientNetLite3.Description, EfficientNetLite3.Load, null),
        new(nameof(EfficientNetLite4), () => EfficientNetLite4.Description, EfficientNetLite4.Load, "timm/lite4"),
        new(nameof(EfficientNetV2B0), () => EfficientNetV2B0.Description, EfficientNetV2B0.Load, "timm/v2_b0"),
        new(nameof(EfficientNetV2B1), () => EfficientNetV2B1.Description, EfficientNetV2B1.Load, null),
        new(nameof(EfficientNetV2B2), () => EfficientNetV2B2.Description, EfficientNetV2B2.Load, null),
        new(nameof(EfficientNetV2B3), () => EfficientNetV2B3.Description, EfficientNetV2B3.Load, null),
        new(nameof(EfficientNetV2S), () => EfficientNetV2S.Description, EfficientNetV2S.Load, "timm/v2_s"),
        new(nameof(EfficientNetV2M), () => EfficientNetV2M.Description, EfficientNetV2M.Load, null),
        new(nameof(EfficientNetV2L), () => EfficientNetV2L.Description, EfficientNetV2L.Load, null),
    ];

    /// <summary>The first of each kind, B0 and Lite0: where two are enough.</summary>
    public static IReadOnlyList<BenchmarkNetwork> Smallest { get; } = All.Where(network => network.OnnxFile is not null).ToArray();

    /// <summary>The model that a library exported, inside the shared folder; null where our own export makes it.</summary>
    public string? OnnxFile { get; private init; }

    /// <summary>The safetensors with that model's weights, inside the shared folder; null where they follow from the rule.</summary>
    public string? WeightsFile { get; private init; }

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
        if (File.Exists(path)) return path;
        if (Reference is not null) EvalReference.Read(Reference).WriteWeights(path);
        else RuleWeights.Write(path, Description);
        return path;
    }
}
