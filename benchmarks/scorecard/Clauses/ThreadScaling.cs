using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Cli.Measurement;
using EfficientNet.Cli.Networks;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What a second thread brings, the two taking turns.</summary>
internal sealed class ThreadScaling : IClauseGroup
{
    public string Name => "scaling";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach (BenchmarkNetwork network in BenchmarkNetwork.Smallest)
        {
            bool isClause = network.Name == nameof(EfficientNetB0);
            string clause = $"Faster with 2 threads than with 1, {network.Name}", goal = isClause ? "≥ 1.5×" : "";
            if (Environment.ProcessorCount < 2)
            {
                yield return Row.NotMeasured(clause, goal, "one processor");
                continue;
            }

            (double ratio, double one, double two) = Ratio(network, quick ? 3 : 20, quick ? 5 : 30);
            string value = string.Create(CultureInfo.InvariantCulture, $"{ratio:F2}× ({one:F2} and {two:F2} ms)");
            yield return isClause ? Row.Of(clause, value, goal, ratio >= 1.5) : Row.Of(clause, value);
        }
    }

    private static (double Ratio, double One, double Two) Ratio(BenchmarkNetwork network, int rounds, int passes)
    {
        using var weights = new ReferenceWeights(network);
        using CompiledNetwork loaded = network.Load(weights.Path, NetworkOptions.Default);
        using Session one = loaded.CreateSession(1), two = loaded.CreateSession(2);
        float[] input = WeightRule.Input(1, network.Description.Resolution);
        float[] logits = new float[network.Description.Classes];
        for (int i = 0; i < 2; i++)
        {
            // The JIT's next tier comes a moment after the calls it counted.
            Turn(one, 50);
            Turn(two, 50);
            Thread.Sleep(300);
        }

        (double One, double Two)[] turns = Enumerable.Range(0, rounds).Select(_ => (Turn(one, passes), Turn(two, passes))).ToArray();
        return (turns.Select(turn => turn.One / turn.Two).Median(), turns.Select(turn => turn.One).Median(), turns.Select(turn => turn.Two).Median());

        double Turn(Session session, int count)
        {
            var milliseconds = new double[count];
            for (int i = 0; i < count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                session.Forward(input, logits);
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            return milliseconds.Median();
        }
    }
}
