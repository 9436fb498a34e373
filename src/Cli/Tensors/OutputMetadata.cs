using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tensors;

/// <summary>What files that the program writes say of their origin.</summary>
internal static class OutputMetadata
{
    /// <summary>The network's name; nothing that differs between two runs.</summary>
    public static IReadOnlyDictionary<string, string> Of(NetworkDescription network) =>
        new Dictionary<string, string> { ["network"] = network.Name };
}
