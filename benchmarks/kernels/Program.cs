using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using EfficientNet.Benchmarks.Kernels;
using EfficientNet.Benchmarks.Reports;

const int LongestName = 120;
const string usage =
    """
    kernels [options]    single kernels of B0: time, GFLOP/s, share of what is attainable
      --only TEXT        kernels whose name holds this
      --output FOLDER    where BenchmarkDotNet writes (default: artifacts/kernels)
      --training         instead, the kernels of a training step within the step: time, GFLOP/s, share of the FMA peak, by kind of work and map;
                         with --only, every kernel whose name or work holds the text
      --spec FILE        with --training, the network of a spec in place of B0's; its report is only printed
      --alone            instead, the gradient kernels of a training step, each alone
      --groups           instead, the planner's cost model of depthwise regions against the clock
      --threads N        with --training, threads of the step (default: 1; only one thread's report is written to a file)
      --quick            only to see that it works: its numbers are not worth quoting
    """;

string only = "", output = Path.Combine("artifacts", "kernels");
string? spec = null;
bool quick = false, training = false, alone = false, groups = false;
int threads = 1;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--quick": quick = true; break;
        case "--training": training = true; break;
        case "--alone": alone = true; break;
        case "--groups": groups = true; break;
        case "--only" when i + 1 < args.Length: only = args[++i]; break;
        case "--threads" when i + 1 < args.Length && int.TryParse(args[i + 1], out int count) && count > 0: threads = count; i++; break;
        case "--spec" when i + 1 < args.Length: spec = args[++i]; break;
        case "--output" when i + 1 < args.Length: output = args[++i]; break;
        default:
            Console.Error.WriteLine($"{args[i]} is no option, or has no value.");
            Console.Error.WriteLine(usage);
            return 2;
    }
}

if (alone)
{
    Console.Write(TrainingKernels.Alone());
    return 0;
}

if (groups)
{
    string report = GroupCosts.Report();
    Console.Write(report);
    Console.Error.WriteLine($"written to {ResultFile.Write(null, "group-costs.md", report)}");
    return 0;
}

if (training)
{
    string report = TrainingKernels.Report(quick ? 3 : 25, threads, only, spec);
    Console.Write(report);
    if (only.Length == 0 && !quick && threads == 1 && spec is null) Console.Error.WriteLine($"written to {ResultFile.Write(null, "training-kernels.md", report)}");
    return 0;
}

KernelBenchmarks.Chosen = StepKernel.All().Where(kernel => kernel.Step.Kernel.Contains(only, StringComparison.OrdinalIgnoreCase)).ToArray();
if (KernelBenchmarks.Chosen.Count == 0)
{
    Console.Error.WriteLine($"No kernel's name holds '{only}'.");
    return 2;
}

// In this process: the kernels are compiled in its memory, and are measured as the code that a network runs.
Job job = (quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessNoEmitToolchain.Instance);
IConfig config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddLogger(ConsoleLogger.Default)
    .AddColumn(TargetMethodColumn.Method, StatisticColumn.Median, StatisticColumn.Min)
    .AddColumnProvider(DefaultColumnProviders.Params)
    .AddColumn(KernelColumn.All)
    .AddExporter(MarkdownExporter.GitHub)
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(LongestName))
    .WithArtifactsPath(output);
return BenchmarkRunner.Run<KernelBenchmarks>(config).Reports.All(report => report.Success) ? 0 : 1;
