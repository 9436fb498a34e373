using System.Globalization;
using EfficientNet.Cli.Benchmarking;
using EfficientNet.Cli.Measurement;
using Spectre.Console;

namespace EfficientNet.Cli.Output;

/// <summary>Measurements for people: a row for each number of threads, and for a profile a table of its steps.</summary>
internal static class BenchmarkTable
{
    /// <summary>All numbers of threads of one network.</summary>
    /// <param name="results">At least one.</param>
    public static Table Latencies(IReadOnlyList<BenchmarkResult> results)
    {
        BenchmarkResult first = results[0];
        string weights = first.Weights switch
        {
            WeightSource.File => "weights from the file",
            WeightSource.Inside => "weights inside the program",
            _ => "random weights",
        };
        Table table = new Table { Border = TableBorder.Simple }
            .Title(new TableTitle($"{first.Network.Name}, {first.InstructionSet} kernels, {first.Batch} {(first.Batch == 1 ? "image" : "images")} a pass, {weights}"));
        AddNumbers(table, "Threads", "Passes", "Min ms", "Median ms", "p90 ms", "p99 ms", "Images/s", "GFLOP/s", "FMA peak", "Share of peak");
        foreach (BenchmarkResult result in results)
        {
            table.AddRow(
                Figures.Whole(result.Threads),
                Figures.Whole(result.Passes),
                Figures.Fixed(result.Milliseconds.Min(), 3),
                Figures.Fixed(result.Milliseconds.Median(), 3),
                Figures.Fixed(result.Milliseconds.Quantile(0.9), 3),
                Figures.Fixed(result.Milliseconds.Quantile(0.99), 3),
                Figures.Fixed(result.ImagesPerSecond, 1),
                Figures.Fixed(result.Gigaflops, 1),
                Figures.Fixed(result.Peak, 1),
                Figures.Share(result.ShareOfPeak));
        }
        return table;
    }

    /// <summary>The steps of one profile against their bounds.</summary>
    public static Table Steps(BenchmarkResult result, StepProfile profile)
    {
        string cache = string.Create(CultureInfo.InvariantCulture, $"{profile.Roofline.Cache.Bytes / 1024} KiB{(profile.Roofline.Cache.Known ? "" : " (assumed)")}");
        string bandwidth = profile.Roofline.BandwidthGigabytes.ToString("F1", CultureInfo.InvariantCulture);
        Table table = new Table { Border = TableBorder.Simple }
            .Title(new TableTitle($"{result.Network.Name}, {result.Threads} {(result.Threads == 1 ? "thread" : "threads")}: steps of one image; second-level cache {cache} a core, {bandwidth} GB/s beyond"))
            .AddColumn(new TableColumn("Step").Footer("total"))
            .AddColumn("Operation");
        AddNumber(table, "Multiply-adds", Figures.Whole(result.Network.MultiplyAdds));
        AddNumber(table, "µs", Figures.Fixed(profile.Microseconds, 1));
        AddNumber(table, "Of all", Figures.Share(1));
        AddNumber(table, "GFLOP/s", Figures.Fixed(2 * result.Network.MultiplyAdds / profile.Microseconds / 1e3, 1));
        table.AddColumn("Bound by");
        AddNumber(table, "Attainable µs", Figures.Fixed(profile.AttainableMicroseconds, 1));
        AddNumber(table, "Share", Figures.Share(profile.AttainableMicroseconds / profile.Microseconds));
        foreach (StepTime time in profile.Steps)
        {
            table.AddRow(
                new Text(time.Step.Name),
                new Text(time.Step.Operation),
                Figures.Whole(time.Step.MultiplyAdds),
                Figures.Fixed(time.Microseconds, 1),
                Figures.Share(time.Microseconds / profile.Microseconds),
                Figures.Fixed(time.Gigaflops, 1),
                new Text(BoundName(time.Bound)),
                Figures.Fixed(time.Bound.Microseconds, 1),
                Figures.Share(time.Share));
        }
        return table;
    }

    /// <summary>What sets a bound, in a word.</summary>
    public static string BoundName(StepBound bound) => bound.IsMemory ? "memory" : "compute";

    private static void AddNumbers(Table table, params string[] names)
    {
        foreach (string name in names) table.AddColumn(new TableColumn(name).RightAligned());
    }

    private static void AddNumber(Table table, string name, Text total) => table.AddColumn(new TableColumn(name).RightAligned().Footer(total));
}
