using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Benchmarks.Training;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>A training step of B0 against what the arithmetic alone would take.</summary>
internal sealed class TrainingStep : IClauseGroup
{
    private const double GoalMultiple = 2.3, GoalRatio = 1.12, GoalMebibytes = 450;

    public string Name => "training-step";

    public IEnumerable<Row> Measure(bool quick)
    {
        int steps = quick ? 3 : 25;
        StepTime[] times = StepTime.Measure(steps, 1, 2);
        (StepTime one, StepTime two) = (times[0], times[1]);
        double multiple = one.Multiples.Median(), ratio = two.Multiples.Zip(one.Multiples, (both, alone) => both / alone).ToArray().Median();
        yield return Row.Of(
            $"A step of EfficientNetB0, {StepTime.Batch} images at 224, 1 thread, over its FMA bound",
            string.Create(CultureInfo.InvariantCulture, $"{multiple:F2} (median of {steps}, fastest {one.Multiples.Min():F2}; {one.Milliseconds.Median():F0} ms)"), "≤ 2.3", multiple <= GoalMultiple);
        yield return Row.Of(
            "The same with 2 threads over their bound, against 1 thread's, step by step in turn",
            string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} times ({two.Multiples.Median():F2}, fastest {two.Multiples.Min():F2}; {two.Milliseconds.Median():F0} ms)"), "≤ 1.12 times", ratio <= GoalRatio);
        if (!Command.TryRun("dotnet", [Path.Combine(AppContext.BaseDirectory, "training.dll"), "--memory"], out string output))
            throw new InvalidOperationException($"the step's process fails: {Command.Tail(output)}");
        double mebibytes = double.Parse(output, CultureInfo.InvariantCulture);
        yield return Row.Of("Peak resident memory of that step's process", string.Create(CultureInfo.InvariantCulture, $"{mebibytes:F0} MiB"), "≤ 450 MiB", mebibytes <= GoalMebibytes);
    }
}
