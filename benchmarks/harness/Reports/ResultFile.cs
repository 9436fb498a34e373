using EfficientNet.Benchmarks.Machine;

namespace EfficientNet.Benchmarks.Reports;

/// <summary>Where a report goes: one folder a processor.</summary>
internal static class ResultFile
{
    /// <summary>Where quick runs leave their reports, which are not worth keeping: never over one that is.</summary>
    public static string Quick { get; } = Folders.InRepository("artifacts", "quick");

    /// <summary>Writes a report.</summary>
    /// <param name="folder">The folder of all results; null for <c>benchmarks/results</c>.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="text">The report.</param>
    /// <returns>The path.</returns>
    public static string Write(string? folder, string name, string text)
    {
        string directory = Path.Combine(folder ?? Folders.InRepository("benchmarks", "results"), Processor.Current.Slug);
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
