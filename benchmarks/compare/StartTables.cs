using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Compare;

/// <summary>What a user pays before and beside the passes: time to the first logits, memory, disk; and what batches bring.</summary>
internal static class StartTables
{
    /// <summary>Fresh processes to their first logits.</summary>
    public static MarkdownTable Times(IEnumerable<ColdStart> starts)
    {
        var table = new MarkdownTable("network", "threads", "engine", "to the first logits, min ms", "median ms", "host's own start, median ms", "sooner");
        foreach (ColdStart start in starts)
        {
            foreach (ColdStartEngine engine in start.Engines)
            {
                double[] times = engine.Runs.Select(run => run.Milliseconds).ToArray();
                table.Add(
                    start.Network,
                    $"{start.Threads}",
                    engine.Name,
                    CompareReport.Fixed(times.Min(), 1),
                    CompareReport.Fixed(times.Median(), 1),
                    CompareReport.Fixed(engine.Starts.Select(run => run.Milliseconds).Median(), 1),
                    engine == start.Peer ? "" : $"{CompareReport.Fixed(start.Sooner(engine), 1)}×");
            }
        }

        return table;
    }

    /// <summary>Peak resident memory of the same processes.</summary>
    public static MarkdownTable Memory(IEnumerable<ColdStart> starts)
    {
        var table = new MarkdownTable("network", "threads", "engine", "peak resident, MB", "host's own, MB", "of ONNX Runtime's");
        foreach (ColdStart start in starts)
        {
            foreach (ColdStartEngine engine in start.Engines)
            {
                table.Add(
                    start.Network,
                    $"{start.Threads}",
                    engine.Name,
                    CompareReport.Fixed(engine.PeakBytes / 1e6, 1),
                    CompareReport.Fixed(engine.StartPeakBytes / 1e6, 1),
                    engine == start.Peer ? "" : $"{CompareReport.Fixed(100 * engine.PeakBytes / start.Peer.PeakBytes, 1)} %");
            }
        }

        return table;
    }

    /// <summary>Bytes on the disk.</summary>
    public static MarkdownTable Disk(IEnumerable<DiskSize> sizes)
    {
        var table = new MarkdownTable("what", "MB");
        foreach (DiskSize size in sizes) table.Add(size.What, CompareReport.Fixed(size.Bytes / 1e6, 2));
        return table;
    }

    /// <summary>Batches against single images.</summary>
    public static MarkdownTable Batches(IEnumerable<BatchGain> gains)
    {
        var table = new MarkdownTable("network", "threads", "engine", "batch", "images/s one by one", "images/s in batches", "gain");
        foreach (BatchGain gain in gains)
        {
            table.Add(
                gain.Network,
                $"{gain.Threads}",
                gain.Engine,
                $"{gain.Batch}",
                CompareReport.Fixed(1000 / gain.One.Median(), 1),
                CompareReport.Fixed(1000 / gain.Many.Median(), 1),
                $"{CompareReport.Fixed(gain.Gain, 3)}×");
        }

        return table;
    }
}
