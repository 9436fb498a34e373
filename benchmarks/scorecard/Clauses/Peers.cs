using System.Globalization;
using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Benchmarks.Workers;
using EfficientNet.Cli.Measurement;
using EfficientNet.Cli.Networks;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What is paid beside the passes, as <c>benchmarks/compare</c> measures it: batches, fresh processes, their memory.</summary>
internal sealed class Peers : IClauseGroup
{
    private const int Threads = 1;
    private const double GoalMilliseconds = 1000;

    public string Name => "peers";

    public IEnumerable<Row> Measure(bool quick)
    {
        ComparisonSettings settings = quick ? ComparisonSettings.Quick : new ComparisonSettings();
        using var files = new CaseFiles();
        foreach (BenchmarkNetwork network in BenchmarkNetwork.Smallest)
        {
            BatchGain gain = BatchGain.Measure("this project, JIT", EngineProgram.Jit, network, Threads, BatchGain.Images, files, settings);
            yield return Row.Of(
                $"Images a second in batches of {BatchGain.Images} against one by one, {network.Name}, 1 thread, JIT",
                string.Create(CultureInfo.InvariantCulture, $"{gain.Gain:F3}× ({1000 / gain.Many.Median():F1} and {1000 / gain.One.Median():F1})"));

            ColdStart start = ColdStart.Measure(network, Threads, files, [new("this project, JIT", EngineProgram.Jit)], settings);
            foreach (Row row in Rows(start)) yield return row;
        }
    }

    private static IEnumerable<Row> Rows(ColdStart start)
    {
        ColdStartEngine ours = start.Engines[0];
        double milliseconds = ours.Runs.Select(run => run.Milliseconds).Median(), theirs = start.Peer.Runs.Select(run => run.Milliseconds).Median();
        string clause = $"The start of a fresh process to the first logits, {start.Network}, 1 thread, JIT (page cache warm)";
        string value = string.Create(
            CultureInfo.InvariantCulture,
            $"{milliseconds:F0} ms (median of {ours.Runs.Count}; ONNX Runtime {theirs:F0} with Node's own start; {start.Sooner(ours):F2}× as soon without it)");
        yield return start.Network == nameof(EfficientNetB0) ? Row.Of(clause, value, "< 1 s", milliseconds < GoalMilliseconds) : Row.Of(clause, value);
        yield return Row.Of(
            $"Peak resident memory of the same process against ONNX Runtime's, {start.Network}",
            string.Create(CultureInfo.InvariantCulture, $"{100 * ours.PeakBytes / start.Peer.PeakBytes:F0} % ({ours.PeakBytes / 1e6:F0} and {start.Peer.PeakBytes / 1e6:F0} MB, hosts included)"));
    }
}
