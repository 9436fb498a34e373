using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Cli.Benchmarking;
using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>The kernels of a training step within the step: time, GFLOP/s, share of the FMA peak.</summary>
internal static class TrainingKernels
{
    private const int Batch = 8, Warm = 3;
    private const double PeakMilliseconds = 20;

    /// <summary>Measures, and reports.</summary>
    /// <param name="steps">Steps that count: each call's fastest is taken.</param>
    /// <param name="threads">Threads of the step.</param>
    /// <param name="only">Empty: a line for every kind of work and map. Otherwise a line for every kernel whose name or work holds the text.</param>
    /// <param name="spec">The network's spec; B0's, and with it the gradient kernels alone, where it is null.</param>
    public static string Report(int steps, int threads, string only, string? spec)
    {
        bool single = only.Length > 0;
        var generated = new GeneratedTraining(spec);
        NetworkDescription network = generated.Program.Description.Network;
        using var trainer = new Trainer(generated.Program, new TrainerOptions { Threads = threads, MaximumBatch = Batch });
        Initialisation.Apply(trainer, seed: 1);
        float[] images = RandomWeights.Images(network, Batch);
        int[] labels = Enumerable.Range(0, Batch).ToArray();
        InstructionSet set = Hardware.Choose(null);
        var fastest = new double?[generated.Sections.Count];
        double peak = 0;
        for (int step = -Warm; step < steps; step++)
        {
            peak = Math.Max(peak, FmaPeak.Measure(set, threads, PeakMilliseconds).GigaflopsPerSecond);
            trainer.ClearGradients();
            double?[] times = generated.Measure(() => trainer.Accumulate(images, labels));
            for (int i = 0; step >= 0 && i < times.Length; i++) fastest[i] = times[i] is { } time ? Math.Min(time, fastest[i] ?? time) : fastest[i];
        }

        var calls = generated.Sections.Select((pair, i) => (pair.Call, Cost: TrainingCost.Of(generated.Plan.Training, pair.Section.Backward, pair.Call.Kernel), Time: fastest[i]))
            .Where(call => call.Time is not null).ToArray();
        double total = calls.Sum(call => call.Time!.Value);
        var table = new MarkdownTable("work", "map", "calls", "ms", "GFLOP/s", "share of the peak");
        foreach (var group in calls.GroupBy(call => (call.Cost.Work, call.Cost.Side, Kernel: single ? call.Call.Kernel.Name : "")).OrderBy(group => group.Key.Work, StringComparer.Ordinal).ThenByDescending(group => group.Key.Side))
        {
            string name = single ? $"{group.Key.Work}: {group.Key.Kernel}" : group.Key.Work;
            if (!name.Contains(only, StringComparison.OrdinalIgnoreCase)) continue;
            double milliseconds = group.Sum(call => call.Time!.Value);
            double gigaflops = 2.0 * Batch * group.Sum(call => call.Cost.MultiplyAdds) / milliseconds / 1e6;
            table.Add(
                name,
                group.Key.Side == 0 ? "" : $"{group.Key.Side}×{group.Key.Side}",
                $"{group.Count()}",
                Number($"{milliseconds:F2}"),
                gigaflops == 0 ? "" : Number($"{gigaflops:F1}"),
                gigaflops == 0 ? "" : Number($"{100 * gigaflops / peak:F0} %"));
        }

        MarkdownTable? alone = single || spec is not null ? null : Alone(GradientsAlone.Measure(generated));
        return $"""
            # Kernels of a training step of {network.Name}

            {Processor.Current}
            Commit {SourceVersion.Commit}
            .NET {Environment.Version}, {set}

            {Batch} images of {network.Resolution}×{network.Resolution}, forward and backward, {threads} {(threads == 1 ? "thread" : "threads")}. FMA peak {Number($"{peak:F1}")} GFLOP/s, the fastest beside {steps} steps; of each call the fastest of them, {Number($"{total:F1}")} ms together.

            {table}
            {(alone is null ? "" : $"\n## Gradient kernels alone\n\nEvery kernel with what it reads in the nearest caches, 1 thread: the fastest of its rounds, and the fastest FMA peak beside them. In a step, depthwise\nkernels of the input also take the product with the activation's derivative and the sums for BatchNorm, which do not count as operations; zero borders count.\n\n{alone}")}
            """;
    }

    /// <summary>The gradient kernels alone, as a table.</summary>
    public static string Alone() => Alone(GradientsAlone.Measure(new GeneratedTraining())).ToString();

    private static MarkdownTable Alone(IEnumerable<GradientsAlone.Timing> timings)
    {
        var table = new MarkdownTable("work", "of one call", "ns", "GFLOP/s", "share of the peak");
        foreach (GradientsAlone.Timing timing in timings)
        {
            table.Add(timing.Cost.Work, timing.Cost.Map, Number($"{timing.Nanoseconds:F0}"), Number($"{timing.Gigaflops:F1}"), Number($"{100 * timing.Gigaflops / timing.PeakGigaflops:F1} %"));
        }

        return table;
    }

    private static string Number(FormattableString number) => number.ToString(CultureInfo.InvariantCulture);
}
