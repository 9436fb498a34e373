namespace EfficientNet.Runtime;

/// <summary>How <see cref="WeightConverter"/> is to write weights.</summary>
public sealed record WeightConversion
{
    /// <summary>The element type: <c>F32</c>, <c>F16</c> or <c>BF16</c>, rounded to nearest, ties to even.</summary>
    public string DataType { get; init; } = SafetensorsTypes.Float32;

    /// <summary>Whose names the tensors get; null for those that they have.</summary>
    public NamingScheme? Names { get; init; }

    /// <summary>The names of the classes; null for those that the file brings along, else the network's, if there are any.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Receives one-line warnings, as <see cref="NetworkOptions.Warning"/> does when weights are loaded.</summary>
    public Action<string>? Warning { get; init; }
}
