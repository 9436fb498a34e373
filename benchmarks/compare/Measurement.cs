using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;

namespace EfficientNet.Benchmarks.Compare;

/// <summary>Everything that the comparison measures, in its order.</summary>
internal static class Measurement
{
    private const int Batch = 8;

    /// <summary>Measures.</summary>
    /// <param name="options">What.</param>
    /// <param name="progress">Told what is measured now.</param>
    /// <exception cref="WorkerException">An engine fails, or logits differ.</exception>
    public static CompareReport Run(CompareOptions options, Action<string> progress)
    {
        using var files = new CaseFiles();
        var cases = new List<CaseResult>();
        IReadOnlyList<PeakRow> peaks;
        IReadOnlyList<string> versions;
        using (var duel = new Duel(files, options.AotProgram))
        {
            foreach ((BenchmarkNetwork network, int threads) in Cases(options))
            {
                progress($"{network.Name}, {Threads(threads)} …");
                cases.Add(duel.Measure(network, threads, options.Settings));
            }

            peaks = Peaks(duel, options).ToArray();
            versions = duel.Versions;
        }

        // The engines above are gone: each of these has the machine to itself.
        var gains = new List<BatchGain>();
        BenchmarkNetwork first = options.Networks[0];
        foreach (int threads in options.Threads)
        {
            progress($"{first.Name}, batches of {Batch}, {Threads(threads)} …");
            gains.Add(options.AotProgram is { } aot
                ? BatchGain.Measure("this project, NativeAOT", EngineProgram.Aot(aot), first, threads, Batch, files, options.Settings)
                : BatchGain.Measure("this project, JIT", EngineProgram.Jit, first, threads, Batch, files, options.Settings));
        }

        var starts = new List<ColdStart>();
        foreach ((BenchmarkNetwork network, int threads) in Cases(options))
        {
            progress($"{network.Name}, fresh processes, {Threads(threads)} …");
            starts.Add(ColdStart.Measure(network, threads, files, options.AotProgram, options.Settings));
        }

        return new CompareReport(versions, peaks, cases, starts, DiskSize.All(options.Networks, files, options.AotProgram).ToArray(), gains, options.Settings);
    }

    private static IEnumerable<(BenchmarkNetwork Network, int Threads)> Cases(CompareOptions options) =>
        options.Networks.SelectMany(network => options.Threads.Select(threads => (network, threads)));

    private static IEnumerable<PeakRow> Peaks(Duel duel, CompareOptions options)
    {
        foreach (int bits in new[] { 512, 256, 128 }.Where(bits => bits <= duel.VectorBits))
        {
            foreach (int threads in options.Threads)
            {
                (double gigaflops, int chains) = duel.Ours.Peak(bits, threads, 10 * options.Settings.PeakMilliseconds);
                yield return new PeakRow(bits, threads, gigaflops, chains);
            }
        }
    }

    private static string Threads(int count) => $"{count} thread{(count == 1 ? "" : "s")}";
}
