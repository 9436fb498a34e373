using EfficientNet.Benchmarks.Machine;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>The networks that are compiled into the command line.</summary>
internal static class ShippedSpecs
{
    private const string Ending = ".efficientnet.json";

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = Directory.EnumerateFiles(Folders.InRepository("specs"), "*" + Ending)
        .Select(file => Path.GetFileName(file)[..^Ending.Length]).Order(StringComparer.Ordinal).ToArray();

    /// <summary>Those of the published family; the others are small ones to begin with.</summary>
    public static IReadOnlyList<string> Family { get; } = Names.Where(name => name.StartsWith("EfficientNet", StringComparison.Ordinal)).ToArray();
}
