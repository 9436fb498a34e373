using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>
/// Engines with the same number of threads that take turns within one run, so that a shared machine's bad minutes fall on all of them. Between all turns the
/// FMA peak is measured: a machine that changes its speed by the second changes both sides of a share.
/// </summary>
internal sealed class Duel : IDisposable
{
    private readonly CaseFiles _files;
    private readonly Disposables<WorkerProcess> _processes;
    private readonly int _threads;
    private readonly bool _hasPeer;
    private readonly string? _kernels;

    private Duel(CaseFiles files, int threads, IEnumerable<WorkerProcess> engines, bool hasPeer, string? kernels = null)
    {
        (_files, _threads, _hasPeer, _kernels) = (files, threads, hasPeer, kernels);
        _processes = new Disposables<WorkerProcess>(engines);
    }

    /// <summary>Engine and versions, one a line.</summary>
    public IReadOnlyList<string> Versions => Engines.Select(engine => $"{engine.Name}: {engine.About}").ToArray();

    /// <summary>The widest vectors of this project's engines, in bits, once a network was loaded.</summary>
    public int VectorBits { get; private set; }

    /// <summary>The engine that measures the peak.</summary>
    public WorkerProcess Ours => Engines[0];

    private IReadOnlyList<WorkerProcess> Engines => _processes.All;

    /// <summary>This project against ONNX Runtime.</summary>
    /// <param name="files">Where weights and inputs are; they stay the caller's.</param>
    /// <param name="threads">Threads of every engine.</param>
    /// <param name="aotProgram">The <c>compare</c> that NativeAOT published; null to go without.</param>
    public static Duel WithPeer(CaseFiles files, int threads, string? aotProgram)
    {
        return new Duel(files, threads, Start(), hasPeer: true);

        IEnumerable<WorkerProcess> Start()
        {
            yield return new WorkerProcess("this project, JIT", EngineProgram.Jit.With(WorkerProcess.Verb), threads);
            if (aotProgram is not null) yield return new WorkerProcess("this project, NativeAOT", EngineProgram.Published(aotProgram).With(WorkerProcess.Verb), threads);
            yield return new WorkerProcess("ONNX Runtime", EngineProgram.Node("worker.mjs").With(), threads);
        }
    }

    /// <summary>The AVX2 kernels on a processor that has AVX-512: neither the choice of kernels nor the JIT's registers know it. No peer: its kernels follow the processor.</summary>
    /// <param name="files">Where weights and inputs are; they stay the caller's.</param>
    /// <param name="threads">Threads.</param>
    public static Duel OfAvx2(CaseFiles files, int threads) =>
        new(files, threads, [new WorkerProcess("this project, JIT, AVX2", EngineProgram.Jit.Under("DOTNET_EnableAVX512", "0").With(WorkerProcess.Verb), threads)], hasPeer: false, kernels: "Avx2");

    /// <summary>Measures networks with some duels, whose rounds take turns: each network in visits between which all others have theirs.</summary>
    /// <param name="duels">The duels, one for each number of threads.</param>
    /// <param name="networks">The networks.</param>
    /// <param name="whole">How much, of a network of B0's size.</param>
    /// <param name="progress">Told which network is visited, and for which time, from 1.</param>
    /// <returns>Network by network one result for each duel.</returns>
    /// <exception cref="WorkerException">An engine fails, or their logits differ.</exception>
    public static IReadOnlyList<CaseResult> Measure(
        IReadOnlyList<Duel> duels, IReadOnlyList<BenchmarkNetwork> networks, ComparisonSettings whole, Action<BenchmarkNetwork, int> progress)
    {
        var visits = networks.ToDictionary(network => network, _ => new List<IReadOnlyList<CaseResult>>());
        int tours = networks.Max(network => whole.For(network.Description.MultiplyAdds).Visits);
        for (int tour = 0; tour < tours; tour++)
        {
            foreach (BenchmarkNetwork network in networks)
            {
                ComparisonSettings settings = whole.For(network.Description.MultiplyAdds);
                int visit = visits[network].Count;
                // Who is visited less often is so at even distances: large networks between small ones to the end.
                if (tour * settings.Visits / tours < visit) continue;
                progress(network, visit + 1);
                visits[network].Add(Visit(duels, network, settings, visit));
            }
        }

        return networks.SelectMany(network => duels.Select((_, i) => CaseResult.Of(visits[network].Select(visit => visit[i]).ToArray()))).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _processes.Dispose();

    private static CaseResult[] Visit(IReadOnlyList<Duel> duels, BenchmarkNetwork network, ComparisonSettings settings, int visit)
    {
        Turns[] turns = duels.Select(duel => duel.Load(network, settings, settings.WarmUpOf(visit))).ToArray();
        for (int round = settings.FirstRound(visit); round < settings.FirstRound(visit + 1); round++)
        {
            foreach (Turns one in turns) one.Round(round);
        }

        return duels.Zip(turns, (duel, one) => new CaseResult(network.Name, duel._threads, network.Description.MultiplyAdds, one.Results)).ToArray();
    }

    private Turns Load(BenchmarkNetwork network, ComparisonSettings settings, int warmUp)
    {
        string input = _files.Input(network);
        string[] loaded = Engines.Select(engine => engine.Load(network.Name, FileOf(engine, network), input)).ToArray();
        if (_kernels is not null && loaded[0] != _kernels) throw new WorkerException($"{Ours.Name}: the kernels are {loaded[0]}, not {_kernels}.");
        VectorBits = loaded[0].StartsWith("Avx512", StringComparison.Ordinal) ? 512 : loaded[0].StartsWith("Avx2", StringComparison.Ordinal) ? 256 : 128;
        double[] differences = CompareLogits(settings.LogitsTolerance);
        foreach (WorkerProcess engine in Engines) engine.WarmUp(warmUp);
        return new Turns(Engines, loaded, differences, VectorBits, settings);
    }

    private double[] CompareLogits(double tolerance)
    {
        float[][] logits = Engines.Select(engine => engine.Logits()).ToArray();
        double[] differences = logits.Select(own => LargestDistance.Between(own, logits[^1])).ToArray();
        for (int i = 0; i < differences.Length; i++)
        {
            if (!(differences[i] < tolerance))
                throw new WorkerException($"{Engines[i].Name}: logits are {differences[i]:E2} from {Engines[^1].Name}'s, above {tolerance:E0}; nothing was timed.");
        }

        return differences;
    }

    private string FileOf(WorkerProcess engine, BenchmarkNetwork network) => _hasPeer && engine == Engines[^1] ? _files.Onnx(network) : _files.Weights(network);
}
