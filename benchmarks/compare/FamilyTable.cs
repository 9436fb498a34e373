using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Compare;

/// <summary>The family at a glance: one row a network, a column each for what was measured with so many threads.</summary>
internal static class FamilyTable
{
    /// <summary>
    /// How many times faster every engine is than ONNX Runtime, its share of the FMA peak, and how much of one thread's share more threads have of their peak:
    /// by rounds, which are moments after one another, so that a shared machine's bad seconds fall on both.
    /// </summary>
    public static MarkdownTable Of(IReadOnlyList<CaseResult> cases)
    {
        int[] threads = cases.Select(result => result.Threads).Distinct().ToArray();
        int[] more = threads.Contains(1) ? threads.Where(count => count > 1).ToArray() : [];
        var table = new MarkdownTable(["network", "engine", "rounds × passes", .. Heads("faster", threads), .. Heads("share of peak", threads), .. more.Select(count => $"share of peak, {count} threads over 1"), "logits differ by"]);
        foreach (IGrouping<string, CaseResult> network in cases.GroupBy(result => result.Network))
        {
            CaseResult[] results = network.ToArray();
            for (int i = 0; i < results[0].Engines.Count - 1; i++)
            {
                EngineResult[] engines = results.Select(result => result.Engines[i]).ToArray();
                table.Add(
                [
                    network.Key,
                    engines[0].Engine,
                    $"{engines[0].Rounds.Count} × {engines[0].Rounds[0].Length}",
                    .. results.Zip(engines, (result, engine) => $"{CompareReport.Fixed(result.Ratio(engine), 2)}×"),
                    .. results.Zip(engines, (result, engine) => $"{CompareReport.Fixed(100 * result.ShareOfPeak(engine), 1)} %"),
                    .. more.Select(count => $"{CompareReport.Fixed(100 * Over(Array.IndexOf(threads, count), Array.IndexOf(threads, 1)), 1)} %"),
                    engines.Max(engine => engine.LogitsDifference).ToString("E1", System.Globalization.CultureInfo.InvariantCulture),
                ]);

                double Over(int some, int one) => results[some].SharesOfPeak(engines[some]).Zip(results[one].SharesOfPeak(engines[one]), (above, below) => above / below).Median();
            }
        }

        return table;
    }

    /// <summary>The AVX2 kernels' passes and their share of the peak.</summary>
    public static MarkdownTable OfAvx2(IReadOnlyList<CaseResult> runs)
    {
        int[] threads = runs.Select(run => run.Threads).Distinct().ToArray();
        var table = new MarkdownTable(["network", .. Heads("median ms", threads), .. Heads("share of peak", threads)]);
        foreach (IGrouping<string, CaseResult> network in runs.GroupBy(run => run.Network))
        {
            table.Add(
            [
                network.Key,
                .. network.Select(run => CompareReport.Fixed(run.Engines[0].Median, 3)),
                .. network.Select(run => $"{CompareReport.Fixed(100 * run.ShareOfPeak(run.Engines[0]), 1)} %"),
            ]);
        }

        return table;
    }

    private static IEnumerable<string> Heads(string what, int[] threads) => threads.Select(count => $"{what}, {count} thread{(count == 1 ? "" : "s")}");
}
