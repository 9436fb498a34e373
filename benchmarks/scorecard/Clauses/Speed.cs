using System.Globalization;
using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>The family against ONNX Runtime, in turns, as <c>benchmarks/compare</c> measures it.</summary>
internal sealed class Speed : IClauseGroup
{
    private const double Goal = 1.2;

    public string Name => "speed";

    public IEnumerable<Row> Measure(bool quick)
    {
        ComparisonSettings settings = quick ? ComparisonSettings.Quick : new ComparisonSettings();
        using var files = new CaseFiles();
        using var duels = new Disposables<Duel>(new[] { 1, 2 }.Where(threads => threads <= Environment.ProcessorCount).Select(threads => Duel.WithPeer(files, threads, aotProgram: null)));
        ILookup<string, CaseResult> all = Duel.Measure(duels.All, BenchmarkNetwork.All, settings, Progress).ToLookup(result => result.Network);
        foreach (BenchmarkNetwork network in BenchmarkNetwork.All)
        {
            foreach (int threads in new[] { 1, 2 })
            {
                string clause = $"Faster than ONNX Runtime, {network.Name}, {threads} thread{(threads == 1 ? "" : "s")}, JIT", goal = "≥ 1.2×";
                if (all[network.Name].FirstOrDefault(one => one.Threads == threads) is not { } result)
                {
                    yield return Row.NotMeasured(clause, goal, $"{Environment.ProcessorCount} processor");
                    continue;
                }

                EngineResult ours = result.Engines[0];
                double ratio = result.Ratio(ours);
                string value = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ratio:F2}× ({ours.Median:F2} against {result.Peer.Median:F2} ms; {100 * result.ShareOfPeak(ours):F0} % of the FMA peak beside it; logits differ by {ours.LogitsDifference:E1})");
                yield return Row.Of(clause, value, goal, ratio >= Goal);
            }
        }

        // No row is known before the last visit, which is most of an hour away.
        static void Progress(BenchmarkNetwork network, int visit) => Console.Error.WriteLine($"  {network.Name}, visit {visit} …");
    }
}
