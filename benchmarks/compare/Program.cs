using EfficientNet.Benchmarks.Compare;
using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.FreshProcess;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Benchmarks.Workers;

switch (args)
{
    case [WorkerProcess.Verb]:
        EngineWorker.Serve(Console.In, Console.Out);
        return 0;
    case [FirstLogits.Verb, .. var rest]:
        FirstLogits.Run(rest, name => BenchmarkNetwork.Named(name).Load, Console.Out);
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
    string report = Measurement.Run(options, Console.Error.WriteLine).ToString();
    Console.Write(report);
    Console.Error.WriteLine($"written to {ResultFile.Write(options.Output, "compare.md", report)}");
    return 0;
}
catch (Exception exception) when (exception is WorkerException or IOException or System.ComponentModel.Win32Exception or PlatformNotSupportedException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
