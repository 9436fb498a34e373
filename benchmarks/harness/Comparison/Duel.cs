using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Engines that take turns within one run, so that a shared machine's bad minutes fall on all of them.</summary>
internal sealed class Duel : IDisposable
{
    private readonly List<WorkerProcess> _engines = [];
    private readonly CaseFiles _files;

    /// <summary>Starts the engines.</summary>
    /// <param name="files">Where weights and inputs are; they stay the caller's.</param>
    /// <param name="aotProgram">The <c>compare</c> that NativeAOT published; null to go without.</param>
    public Duel(CaseFiles files, string? aotProgram)
    {
        _files = files;
        try
        {
            _engines.Add(new WorkerProcess("this project, JIT", EngineProgram.Jit.With(WorkerProcess.Verb)));
            if (aotProgram is not null) _engines.Add(new WorkerProcess("this project, NativeAOT", EngineProgram.Published(aotProgram).With(WorkerProcess.Verb)));
            _engines.Add(new WorkerProcess("ONNX Runtime", EngineProgram.Node("worker.mjs").With()));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Engine and versions, one a line.</summary>
    public IReadOnlyList<string> Versions => _engines.Select(engine => $"{engine.Name}: {engine.About}").ToArray();

    /// <summary>The widest vectors of this project's engines, in bits, once a network was loaded.</summary>
    public int VectorBits { get; private set; }

    /// <summary>The engine that measures the peak.</summary>
    public WorkerProcess Ours => _engines[0];

    /// <summary>Measures one case.</summary>
    /// <param name="network">The network.</param>
    /// <param name="threads">Threads of every engine.</param>
    /// <param name="whole">How much, of a network of B0's size.</param>
    /// <exception cref="WorkerException">An engine fails, or their logits differ.</exception>
    public CaseResult Measure(BenchmarkNetwork network, int threads, ComparisonSettings whole)
    {
        ComparisonSettings settings = whole.For(network.Description.MultiplyAdds);
        string input = _files.Input(network);
        string[] loaded = _engines.Select(engine => engine.Load(network.Name, FileOf(engine, network), threads, input)).ToArray();
        VectorBits = loaded[0].StartsWith("Avx512", StringComparison.Ordinal) ? 512 : loaded[0].StartsWith("Avx2", StringComparison.Ordinal) ? 256 : 128;
        double[] differences = CompareLogits(settings.LogitsTolerance);
        foreach (WorkerProcess engine in _engines) engine.WarmUp(settings.WarmUp);

        var times = _engines.Select(_ => new double[settings.Rounds][]).ToArray();
        var peaks = new double[settings.Rounds];
        for (int round = 0; round < settings.Rounds; round++)
        {
            // A B, B A, A B …: what drifts within a round favours nobody.
            IEnumerable<int> order = Enumerable.Range(0, _engines.Count);
            foreach (int i in round % 2 == 0 ? order : order.Reverse()) times[i][round] = _engines[i].Turn(settings.TurnWarmUp, settings.Passes);
            peaks[round] = Ours.Peak(VectorBits, threads, settings.PeakMilliseconds).Gigaflops;
        }

        return new CaseResult(
            network.Name,
            threads,
            network.Description.MultiplyAdds,
            peaks,
            _engines.Select((engine, i) => new EngineResult(engine.Name, loaded[i], differences[i], times[i])).ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WorkerProcess engine in _engines) engine.Dispose();
    }

    private double[] CompareLogits(double tolerance)
    {
        float[][] logits = _engines.Select(engine => engine.Logits()).ToArray();
        double[] differences = logits.Select(own => Logits.LargestDifference(own, logits[^1])).ToArray();
        for (int i = 0; i < differences.Length; i++)
        {
            if (!(differences[i] < tolerance))
                throw new WorkerException($"{_engines[i].Name}: logits are {differences[i]:E2} from {_engines[^1].Name}'s, above {tolerance:E0}; nothing was timed.");
        }

        return differences;
    }

    private string FileOf(WorkerProcess engine, BenchmarkNetwork network) => engine == _engines[^1] ? _files.Onnx(network) : _files.Weights(network);
}
