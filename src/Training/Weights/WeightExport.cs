using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>How a trainer's weights are written: under published names, with what a load wants to know inside.</summary>
public sealed record WeightExport
{
    /// <summary>torchvision's names, float32, no labels.</summary>
    public static WeightExport Default { get; } = new();

    /// <summary>Whose names the tensors get; that library loads the file by name.</summary>
    public NamingScheme Names { get; init; }

    /// <summary><c>F32</c>, <c>F16</c> or <c>BF16</c>.</summary>
    public string DataType { get; init; } = SafetensorsTypes.Float32;

    /// <summary>The names of the classes that were trained; null for the network's, or where it is trained for fewer, their numbers.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Whether images show any number of classes, so that the weights are for a sigmoid of each; null says nothing.</summary>
    public bool? IsMultiLabel { get; init; }

    /// <summary>From a photo to the input, as in training; null for the network's.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Whose averaged weights and statistics to write; null for the trainer's own.</summary>
    public MovingAverage? Average { get; init; }
}
