using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;

namespace EfficientNet.Benchmarks.Compare;

/// <summary>Everything that the comparison measures, in its order.</summary>
internal static class Measurement
{
    /// <summary>Measures.</summary>
    /// <param name="options">What.</param>
    /// <param name="progress">Told what is measured now.</param>
    /// <exception cref="WorkerException">An engine fails, or logits differ.</exception>
    public static CompareReport Run(CompareOptions options, Action<string> progress)
    {
        // What is measured is what was built: a commit that is made meanwhile is another.
        SourceVersion.Note();
        using var files = new CaseFiles();
        IReadOnlyList<CaseResult> cases;
        var sizes = new List<DiskSize>(DiskSize.Programs(options.AotProgram));
        IReadOnlyList<PeakRow> peaks;
        IReadOnlyList<string> versions;
        int vectorBits;
        using (var duels = new Disposables<Duel>(options.Threads.Select(threads => Duel.WithPeer(files, threads, options.AotProgram))))
        {
            cases = Duel.Measure(duels.All, options.Networks, options.Settings, (network, visit) => progress($"{network.Name}, visit {visit} …"));
            foreach (BenchmarkNetwork network in options.Networks) sizes.AddRange(DiskSize.Models(network, files));
            versions = duels.All[0].Versions;
            vectorBits = duels.All[0].VectorBits;
            peaks = Peaks(duels.All, vectorBits, options).ToArray();
        }

        // The engines above are gone: each of these has the machine to itself.
        IReadOnlyList<CaseResult> narrow = [];
        if (vectorBits == 512)
        {
            using var duels = new Disposables<Duel>(options.Threads.Select(threads => Duel.OfAvx2(files, threads)));
            narrow = Duel.Measure(duels.All, options.Networks, options.Settings, (network, visit) => progress($"{network.Name}, the AVX2 kernels, visit {visit} …"));
        }

        var gains = new List<BatchGain>();
        BenchmarkNetwork first = options.Networks[0];
        foreach (int threads in options.Threads)
        {
            progress($"{first.Name}, batches of {BatchGain.Images}, {Threads(threads)} …");
            gains.Add(options.AotProgram is { } aot
                ? BatchGain.Measure("this project, NativeAOT", EngineProgram.Published(aot), first, threads, BatchGain.Images, files, options.Settings)
                : BatchGain.Measure("this project, JIT", EngineProgram.Jit, first, threads, BatchGain.Images, files, options.Settings));
        }

        var starts = new List<ColdStart>();
        var programs = new List<NamedProgram>(ColdStart.Jit(options.ReadyToRunProgram));
        programs.AddRange(Native(options.AotProgram, "twenty networks"));
        foreach (BenchmarkNetwork network in Started(options.Networks))
        {
            NamedProgram[] carrying = BenchmarkNetwork.Smallest.Contains(network) ? [.. programs, .. Native(options.FirstProgram, "two networks")] : [.. programs];
            foreach (int threads in options.Threads)
            {
                progress($"{network.Name}, fresh processes, {Threads(threads)} …");
                starts.Add(ColdStart.Measure(network, threads, files, carrying, options.Settings));
            }
        }

        return new CompareReport(versions, peaks, cases, starts, sizes, gains, narrow, options.Settings);
    }

    /// <summary>A program published with NativeAOT, with weights as they were published, packed, and packed and mapped.</summary>
    private static NamedProgram[] Native(string? program, string carries) => program is null ? [] :
    [
        new($"this project, NativeAOT, {carries}", EngineProgram.Published(program)),
        new($"this project, NativeAOT, {carries}, packed weights", EngineProgram.Published(program), WeightsForm.Packed),
        new($"this project, NativeAOT, {carries}, packed weights, mapped", EngineProgram.Published(program), WeightsForm.Mapped),
    ];

    /// <summary>The networks that fresh processes run: the first of each kind, and where none of these is measured, those that are.</summary>
    private static IReadOnlyList<BenchmarkNetwork> Started(IReadOnlyList<BenchmarkNetwork> networks)
    {
        BenchmarkNetwork[] smallest = BenchmarkNetwork.Smallest.Intersect(networks).ToArray();
        return smallest.Length > 0 ? smallest : networks;
    }

    private static IEnumerable<PeakRow> Peaks(IReadOnlyList<Duel> duels, int widest, CompareOptions options)
    {
        foreach (int bits in new[] { 512, 256, 128 }.Where(bits => bits <= widest))
        {
            foreach ((Duel duel, int threads) in duels.Zip(options.Threads))
            {
                (double gigaflops, int chains) = duel.Ours.Peak(bits, 10 * options.Settings.PeakMilliseconds);
                yield return new PeakRow(bits, threads, gigaflops, chains);
            }
        }
    }

    private static string Threads(int count) => $"{count} thread{(count == 1 ? "" : "s")}";
}
