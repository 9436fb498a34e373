using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Cli.Measurement;
using EfficientNet.Compiler;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What the generator costs a build.</summary>
internal sealed class GenerationCosts : IClauseGroup
{
    private const string Network = "EfficientNetB0";
    private const string Largest = "EfficientNetB7";

    public string Name => "generation";

    public IEnumerable<Row> Measure(bool quick)
    {
        yield return Timed("Generating B0 in a compiler just started", Cold(Network, quick), 0.5);
        yield return Timed("Generating B7 in a compiler just started", Cold(Largest, quick), 1);

        Milliseconds(new GeneratorRun(Network), out _);
        double[] warm = Enumerable.Range(0, quick ? 3 : 15).Select(_ => Milliseconds(new GeneratorRun(Network), out GeneratorRunResult _)).ToArray();
        yield return Timed("Generating B0 in a compiler that has done it before", warm, 0.5);

        var run = new GeneratorRun(Network);
        run.Run();
        double same = Milliseconds(run, out GeneratorRunResult unchanged);
        yield return Computed("An unchanged build: steps computed again", GeneratorRun.Steps(unchanged), same);

        run.EditCode();
        double edited = Milliseconds(run, out GeneratorRunResult afterEdit);
        yield return Computed(
            "A build after an unrelated edit: steps computed again, beside the one that looks at the project",
            GeneratorRun.Steps(afterEdit, PipelineSteps.CheckProject),
            edited);
    }

    /// <summary>The first generation of a compiler, in milliseconds.</summary>
    private static double[] Cold(string network, bool quick) =>
        Enumerable.Range(0, quick ? 1 : 7).Select(_ => 1000 * FreshCompiler.GeneratorSeconds(network)).ToArray();

    private static double Milliseconds(GeneratorRun run, out GeneratorRunResult result)
    {
        long start = Stopwatch.GetTimestamp();
        result = run.Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static Row Timed(string clause, double[] milliseconds, double goal)
    {
        double median = milliseconds.Median();
        return Row.Of(
            clause,
            string.Create(CultureInfo.InvariantCulture, $"{median / 1000:F3} s (median of {milliseconds.Length}, fastest {milliseconds.Min() / 1000:F3})"),
            string.Create(CultureInfo.InvariantCulture, $"≤ {goal} s"),
            median <= 1000 * goal);
    }

    private static Row Computed(string clause, (int Computed, int All) steps, double milliseconds) => Row.Of(
        clause, string.Create(CultureInfo.InvariantCulture, $"{steps.Computed} of {steps.All}, {milliseconds:F1} ms"), "0", steps.Computed == 0 && steps.All > 0);
}
