namespace EfficientNet.Cli.Networks;

/// <summary>The networks that were compiled into this program, one for each file in <c>specs/</c>.</summary>
internal static class NetworkCatalogue
{
    /// <summary>The one that <c>classify</c> takes when none is named.</summary>
    public static NetworkEntry Standard { get; } = new(nameof(EfficientNetLite0), () => EfficientNetLite0.Description)
    {
        FromFile = EfficientNetLite0.Load,
        FromStream = EfficientNetLite0.Load,
        Weights = "EfficientNetLite0.safetensors",
    };

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<NetworkEntry> All { get; } =
    [
        new(nameof(EfficientNetB0), () => EfficientNetB0.Description)
        {
            FromFile = EfficientNetB0.Load,
            FromStream = EfficientNetB0.Load,
        },
        Standard,
    ];

    /// <summary>Finds a network by its name in any case.</summary>
    public static NetworkEntry? Find(string name) =>
        All.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));
}
