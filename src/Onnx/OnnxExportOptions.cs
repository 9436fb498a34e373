namespace EfficientNet.Onnx;

/// <summary>How <see cref="OnnxExporter"/> is to write a model.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>What becomes of BatchNorm.</summary>
    public BatchNormForm BatchNorm { get; init; }

    /// <summary>The names of the classes; null for those that the weight file brings along, else the network's, if there are any.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Receives one-line warnings, as <see cref="Runtime.NetworkOptions.Warning"/> does when weights are loaded.</summary>
    public Action<string>? Warning { get; init; }
}
