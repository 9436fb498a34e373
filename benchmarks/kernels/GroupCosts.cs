using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Cli.Measurement;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>The cost model of depthwise regions against the clock: every width of groups, of every shape, as the model expects it and as it is.</summary>
internal static class GroupCosts
{
    private const int Rounds = 12;
    private const double RoundMilliseconds = 2;

    private static readonly string[] Networks = ["EfficientNetB0", "EfficientNetB2", "EfficientNetB4"];

    /// <summary>One way to make a depthwise region: what the model expects of one worker, and the fastest call.</summary>
    private sealed record Way(string Shape, int Group, string Cut, bool Chosen, double Slots, double Microseconds);

    /// <summary>Measures, and reports.</summary>
    public static string Report()
    {
        var ways = new List<Way>();
        foreach (string network in Networks)
        {
            CompiledPlan plan = NetworkCompiler.Plan(SpecParser.Parse(network, File.ReadAllText(Folders.InRepository("specs", network + ".efficientnet.json")), SpecDefaults.Standard).Spec!, CancellationToken.None);
            ways.AddRange(Measure(plan));
        }

        var table = new MarkdownTable("expansion and depthwise convolution", "group", "cut", "slots", "us", "slots / best", "us / best", "");
        var lost = new List<double>();
        var off = new List<double>();
        foreach (IGrouping<string, Way> shape in ways.GroupBy(way => way.Shape))
        {
            (double slots, double time) = (shape.Min(way => way.Slots), shape.Min(way => way.Microseconds));
            foreach (Way way in shape.OrderBy(way => way.Group))
            {
                table.Add(way.Shape, $"{way.Group}", way.Cut, Text($"{way.Slots:F0}"), Text($"{way.Microseconds:F1}"), Text($"{way.Slots / slots:F2}"), Text($"{way.Microseconds / time:F2}"), way.Chosen ? "chosen" : "");
                off.Add(way.Slots / slots / (way.Microseconds / time));
                if (way.Chosen) lost.Add(way.Microseconds / time);
            }
        }

        return $"""
            # Groups of depthwise regions: the cost model and the clock

            {Processor.Current}
            Commit {SourceVersion.Commit}
            .NET {Environment.Version}, {GeneratedSteps.Instance.InstructionSet}

            Every shape of {string.Join(", ", Networks)} with groups of 1 to {TileSelector.WidestPanel} blocks, 1 thread, each kernel alone with its weights near: the fastest of {Rounds} rounds in turns. Slots are
            half cycles as `DepthwiseCost` counts them for one worker. The model chooses for one, two and four workers together, so that the fastest for one need not be chosen.

            The chosen way takes {Text($"{lost.Average():F3}")} of the fastest on average, {Text($"{lost.Max():F3}")} at most. Of the expected ratio to the best way
            and the measured one, the first is {Text($"{off.Quantile(0.1):F2}")} to {Text($"{off.Quantile(0.9):F2}")} of the second in eight of ten ways.

            {table}
            """;
    }

    private static List<Way> Measure(CompiledPlan plan)
    {
        // The network once for every width, so that all ways of a shape have their turns together.
        GeneratedSteps[] made = Enumerable.Range(1, TileSelector.WidestPanel).Select(group => new GeneratedSteps(plan with { Execution = Forced(plan, group) })).ToArray();
        var ways = new List<Way>();
        IEnumerable<int> steps = Enumerable.Range(0, plan.Execution.Steps.Count).Where(i => plan.Execution.Steps[i] is DepthwiseStep).DistinctBy(i => plan.Execution.Steps[i].Kernel.Name);
        foreach (string name in steps.Select(i => plan.Execution.Steps[i].Name))
        {
            FusedKernels chosen = StepOf(plan.Execution, name).Step.Fused;
            var variants = made.Select(network => (Network: network, Found: StepOf(network.Plan.Execution, name))).DistinctBy(variant => variant.Found.Step.Fused).ToArray();
            double[] fastest = Fastest([.. variants.Select(variant => Run(variant.Network, variant.Found.Index))]);
            for (int i = 0; i < variants.Length; i++)
            {
                FusedKernels fused = variants[i].Found.Step.Fused;
                FusedDepthwiseKernel kernel = fused.Kernel;
                string cut = fused.FirstBlocks > 0 ? $"halves of {fused.Halves!.Length(0)} and {fused.Halves.Length(1)} blocks" : kernel.Bands > 1 ? $"{kernel.Bands} bands" : "";
                string shape = $"{plan.Spec.Name} {name}: {kernel.Depthwise.Kernel}×{kernel.Depthwise.Kernel}/{kernel.Depthwise.Stride}, {kernel.Source.Channels} to {fused.Halves?.Map ?? kernel.Output}";
                ways.Add(new Way(shape, kernel.GroupBlocks, cut, fused.Equals(chosen), DepthwiseCost.Busiest(fused, workers: 1), fastest[i]));
            }
        }

        return ways;
    }

    /// <summary>The network with groups of one width wherever there is such a way, and otherwise as it is.</summary>
    private static ExecutionPlan Forced(CompiledPlan plan, int group) => Planner.Plan(RegionForming.Apply(plan.Inference), guarded: false, (candidates, projection) =>
    {
        FusedKernels[] all = [.. candidates];
        FusedKernels cheapest = FusedKernels.Cheapest(all, projection);
        // Of one width, the way that is cut like the cheapest: it is the width that is compared.
        FusedKernels[] wide = [.. all.Where(one => one.Kernel.GroupBlocks == group && (one.FirstBlocks > 0) == (cheapest.FirstBlocks > 0))];
        return cheapest.Kernel.GroupBlocks == group || wide.Length == 0 ? cheapest : FusedKernels.Cheapest(wide, projection);
    });

    private static (int Index, DepthwiseStep Step) StepOf(ExecutionPlan plan, string name)
    {
        int index = plan.Steps.ToList().FindIndex(step => step is DepthwiseStep && step.Name == name);
        return (index, (DepthwiseStep)plan.Steps[index]);
    }

    private static Action Run(GeneratedSteps network, int step)
    {
        GeneratedSteps.StepMethod method = network.Prepare(step);
        return () => method(network.Frame());
    }

    /// <summary>Microseconds of each run's fastest, round by round in turns.</summary>
    private static double[] Fastest(Action[] runs)
    {
        double[] fastest = Enumerable.Repeat(double.MaxValue, runs.Length).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                runs[i]();
                long until = Stopwatch.GetTimestamp() + (long)(RoundMilliseconds * Stopwatch.Frequency / 1e3);
                while (Stopwatch.GetTimestamp() is var start && start < until)
                {
                    runs[i]();
                    fastest[i] = Math.Min(fastest[i], Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }
            }
        }

        return fastest;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
