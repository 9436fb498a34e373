using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Benchmarks.Training;
using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

if (args is ["--memory"])
{
    StepTime.Measure(steps: 3, Math.Min(2, Environment.ProcessorCount));
    Console.WriteLine(PeakMebibytes());
    return;
}

bool quick = args is ["--quick"];
int steps = quick ? 3 : 25;
var table = new MarkdownTable("threads", "min ms", "median ms", "multiple of the bound, min", "median", "trainer's memory");
foreach (StepTime time in StepTime.Measure(steps, [.. new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount)]))
{
    table.Add(
        $"{time.Threads}",
        Number(time.Milliseconds.Min()),
        Number(time.Milliseconds.Median()),
        Number(time.Multiples.Min()),
        Number(time.Multiples.Median()),
        $"{time.Bytes >> 20} MiB");
}

string report = $"""
    # A training step of EfficientNetB0

    {Processor.Current}
    Commit {SourceVersion.Commit}
    .NET {Environment.Version}, {Hardware.Choose(null)}

    {StepTime.Batch} images of 224×224, 1000 classes, float32: forward with batch statistics, cross-entropy, backward, SGD with momentum. {steps} steps with each number of threads in turn, each beside a measurement of
    the FMA peak with as many threads. The bound is 3 × the forward pass's multiply-adds over that peak.

    {table}
    Peak resident memory of the process: {PeakMebibytes()} MiB.

    """;
Console.Write(report);
Console.Error.WriteLine($"written to {ResultFile.Write(quick ? ResultFile.Quick : null, "training.md", report)}");

static string Number(double value) => value.ToString(value < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);

static string PeakMebibytes()
{
    const string status = "/proc/self/status";
    string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
    return line is null ? "unknown" : Number(long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0);
}
