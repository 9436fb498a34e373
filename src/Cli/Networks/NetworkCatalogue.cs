using EfficientNet.Runtime;

namespace EfficientNet.Cli.Networks;

/// <summary>The networks that were compiled into this program, one for each file in <c>specs/</c>.</summary>
internal static class NetworkCatalogue
{
    /// <summary>The one that <c>classify</c> and <c>benchmark</c> take when none is named.</summary>
    public static NetworkEntry Standard { get; } = Entry(
        nameof(EfficientNetLite0), () => EfficientNetLite0.Description, EfficientNetLite0.Load, EfficientNetLite0.Load, EfficientNetLite0.CreateTraining, "EfficientNetLite0.safetensors");

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<NetworkEntry> All { get; } =
    [
        Entry(nameof(EfficientNetB0), () => EfficientNetB0.Description, EfficientNetB0.Load, EfficientNetB0.Load, EfficientNetB0.CreateTraining),
        Entry(nameof(EfficientNetB1), () => EfficientNetB1.Description, EfficientNetB1.Load, EfficientNetB1.Load),
        Entry(nameof(EfficientNetB2), () => EfficientNetB2.Description, EfficientNetB2.Load, EfficientNetB2.Load),
        Entry(nameof(EfficientNetB3), () => EfficientNetB3.Description, EfficientNetB3.Load, EfficientNetB3.Load),
        Entry(nameof(EfficientNetB4), () => EfficientNetB4.Description, EfficientNetB4.Load, EfficientNetB4.Load),
        Entry(nameof(EfficientNetB5), () => EfficientNetB5.Description, EfficientNetB5.Load, EfficientNetB5.Load),
        Entry(nameof(EfficientNetB6), () => EfficientNetB6.Description, EfficientNetB6.Load, EfficientNetB6.Load),
        Entry(nameof(EfficientNetB7), () => EfficientNetB7.Description, EfficientNetB7.Load, EfficientNetB7.Load),
        Standard,
        Entry(nameof(EfficientNetLite1), () => EfficientNetLite1.Description, EfficientNetLite1.Load, EfficientNetLite1.Load),
        Entry(nameof(EfficientNetLite2), () => EfficientNetLite2.Description, EfficientNetLite2.Load, EfficientNetLite2.Load),
        Entry(nameof(EfficientNetLite3), () => EfficientNetLite3.Description, EfficientNetLite3.Load, EfficientNetLite3.Load),
        Entry(nameof(EfficientNetLite4), () => EfficientNetLite4.Description, EfficientNetLite4.Load, EfficientNetLite4.Load),
        Entry(nameof(EfficientNetV2B0), () => EfficientNetV2B0.Description, EfficientNetV2B0.Load, EfficientNetV2B0.Load, EfficientNetV2B0.CreateTraining),
        Entry(nameof(EfficientNetV2B1), () => EfficientNetV2B1.Description, EfficientNetV2B1.Load, EfficientNetV2B1.Load),
        Entry(nameof(EfficientNetV2B2), () => EfficientNetV2B2.Description, EfficientNetV2B2.Load, EfficientNetV2B2.Load),
        Entry(nameof(EfficientNetV2B3), () => EfficientNetV2B3.Description, EfficientNetV2B3.Load, EfficientNetV2B3.Load),
        Entry(nameof(EfficientNetV2S), () => EfficientNetV2S.Description, EfficientNetV2S.Load, EfficientNetV2S.Load),
        Entry(nameof(EfficientNetV2M), () => EfficientNetV2M.Description, EfficientNetV2M.Load, EfficientNetV2M.Load),
        Entry(nameof(EfficientNetV2L), () => EfficientNetV2L.Description, EfficientNetV2L.Load, EfficientNetV2L.Load),
        Entry(nameof(Digits), () => Digits.Description, Digits.Load, Digits.Load, Digits.CreateTraining),
    ];

    /// <summary>Those that carry their backward pass.</summary>
    public static IReadOnlyList<NetworkEntry> Trainable { get; } = All.Where(entry => entry.Training is not null).ToArray();

    /// <summary>Finds a network by its name in any case.</summary>
    public static NetworkEntry? Find(string name) =>
        All.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));

    private static NetworkEntry Entry(
        string name,
        Func<NetworkDescription> description,
        Func<string, NetworkOptions, CompiledNetwork> fromFile,
        Func<Stream, string, NetworkOptions, CompiledNetwork> fromStream,
        Func<TrainingProgram>? training = null,
        string? weights = null) => new(name, description)
    {
        FromFile = fromFile,
        FromStream = fromStream,
        Training = training,
        Weights = weights,
    };
}
