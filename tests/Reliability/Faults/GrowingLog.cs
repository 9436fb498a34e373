using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>Numbers of a run, of which every one follows from its step.</summary>
internal static class GrowingLog
{
    public static readonly string[] Tags = ["a", "b"];

    public static double Value(string tag, long step) => tag == "a" ? 1.0 / (step + 3) : -Math.Sqrt(step);

    /// <summary>Opens one of the two kinds, from a step on.</summary>
    public static IMetricsWriter Open(string kind, string folder, long step) =>
        kind == "table" ? new CsvMetricsWriter(Table(folder), Tags, step) : new TensorBoardWriter(folder, step);

    public static string Table(string folder) => Path.Combine(folder, "metrics.csv");

    public static void Add(IMetricsWriter writer, long step)
    {
        foreach (string tag in Tags) writer.Scalar(tag, step, Value(tag, step));
        writer.Flush();
    }
}
