using EfficientNet.Benchmarks.Compare;
using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Benchmarks.Workers;

if (args is [WorkerProcess.Verb])
{
    EngineWorker.Serve(Console.In, Console.Out);
    return 0;
}

CompareOptions options;
try
{
    options = CompareOptions.Parse(args);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(CompareOptions.Usage);
    return 2;
}

try
{
    using var duel = new Duel(options.AotProgram);
    var cases = new List<CaseResult>();
    foreach (BenchmarkNetwork network in options.Networks)
    {
        foreach (int threads in options.Threads)
        {
            Console.Error.WriteLine($"{network.Name}, {threads} thread{(threads == 1 ? "" : "s")} …");
            cases.Add(duel.Measure(network, threads, options.Settings));
        }
    }

    var peaks = new List<PeakRow>();
    foreach (int bits in new[] { 512, 256 }.Where(bits => bits <= duel.VectorBits))
    {
        foreach (int threads in options.Threads)
        {
            (double gigaflops, int chains) = duel.Ours.Peak(bits, threads, 10 * options.Settings.PeakMilliseconds);
            peaks.Add(new PeakRow(bits, threads, gigaflops, chains));
        }
    }

    string report = new CompareReport(duel.Versions, peaks, cases, options.Settings).ToString();
    Console.Write(report);
    Console.Error.WriteLine($"written to {ResultFile.Write(options.Output, "compare.md", report)}");
    return 0;
}
catch (Exception exception) when (exception is WorkerException or IOException or System.ComponentModel.Win32Exception or PlatformNotSupportedException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
