using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>The AVX2 kernels on a processor that has AVX-512, against the peak of vectors as narrow as theirs. No peer: its kernels follow the processor.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Threads">Threads.</param>
/// <param name="MultiplyAdds">Multiply-adds of one image.</param>
/// <param name="Rounds">Milliseconds of each round's median pass.</param>
/// <param name="Peaks">The FMA peak of 256 bits beside every round, GFLOP/s, with as many threads.</param>
internal sealed record Avx2Run(string Network, int Threads, long MultiplyAdds, double[] Rounds, double[] Peaks)
{
    private const int Bits = 256;

    /// <summary>The program without AVX-512: neither the choice of kernels nor the JIT's registers know it.</summary>
    private static EngineProgram Program => EngineProgram.Jit.Under("DOTNET_EnableAVX512", "0");

    /// <summary>The share of the peak: each round's median pass against the peak beside it, the median of all rounds.</summary>
    public double ShareOfPeak => Rounds.Zip(Peaks, (milliseconds, peak) => 2 * MultiplyAdds / milliseconds / 1e6 / peak).Median();

    /// <summary>Measures some networks one after the other.</summary>
    /// <param name="networks">Which.</param>
    /// <param name="threads">With how many threads each.</param>
    /// <param name="files">Where weights and inputs are.</param>
    /// <param name="whole">How much, of a network of B0's size.</param>
    /// <exception cref="WorkerException">The engine fails, or takes other kernels.</exception>
    public static IEnumerable<Avx2Run> All(IEnumerable<BenchmarkNetwork> networks, IReadOnlyList<int> threads, CaseFiles files, ComparisonSettings whole)
    {
        using var engine = new WorkerProcess("this project, JIT, AVX2", Program.With(WorkerProcess.Verb));
        foreach (BenchmarkNetwork network in networks)
        {
            foreach (int count in threads) yield return Measure(engine, network, count, files, whole.For(network.Description.MultiplyAdds));
            files.Forget(network);
        }
    }

    private static Avx2Run Measure(WorkerProcess engine, BenchmarkNetwork network, int threads, CaseFiles files, ComparisonSettings settings)
    {
        string loaded = engine.Load(network.Name, files.Weights(network), threads, files.Input(network));
        if (loaded != "Avx2") throw new WorkerException($"{engine.Name}: without AVX-512 the kernels are {loaded}, not Avx2.");
        engine.WarmUp(settings.WarmUp);
        var rounds = new double[settings.Rounds];
        var peaks = new double[settings.Rounds];
        for (int round = 0; round < settings.Rounds; round++)
        {
            rounds[round] = engine.Turn(settings.TurnWarmUp, settings.Passes).Median();
            peaks[round] = engine.Peak(Bits, threads, settings.PeakMilliseconds).Gigaflops;
        }

        return new Avx2Run(network.Name, threads, network.Description.MultiplyAdds, rounds, peaks);
    }
}
