using EfficientNet.Benchmarks.Workers;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>The turns of some engines that have loaded a network, and the FMA peaks between them.</summary>
internal sealed class Turns
{
    private readonly IReadOnlyList<WorkerProcess> _engines;
    private readonly string[] _loaded;
    private readonly double[] _differences;
    private readonly int _bits;
    private readonly int _chains;
    private readonly ComparisonSettings _settings;
    private readonly List<double[]>[] _times;
    private readonly List<double>[] _peaks;

    /// <summary>Finds how many accumulators reach the peak.</summary>
    /// <param name="engines">The engines; the first measures the peak.</param>
    /// <param name="loaded">What each said when it loaded the network.</param>
    /// <param name="differences">How far each one's logits are from the last one's.</param>
    /// <param name="bits">Width of the first one's vectors.</param>
    /// <param name="settings">How much.</param>
    public Turns(IReadOnlyList<WorkerProcess> engines, string[] loaded, double[] differences, int bits, ComparisonSettings settings)
    {
        (_engines, _loaded, _differences, _bits, _settings) = (engines, loaded, differences, bits, settings);
        _times = engines.Select(_ => new List<double[]>()).ToArray();
        _peaks = engines.Select(_ => new List<double>()).ToArray();
        _chains = engines[0].Peak(bits, settings.PeakMilliseconds).Chains;
    }

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<EngineResult> Results => _engines.Select((engine, i) => new EngineResult(engine.Name, _loaded[i], _differences[i], _times[i], _peaks[i])).ToArray();

    /// <summary>One turn of every engine.</summary>
    /// <param name="number">The round's number.</param>
    public void Round(int number)
    {
        // A B, B A, A B …: what drifts within a round favours nobody.
        IEnumerable<int> order = Enumerable.Range(0, _engines.Count);
        double before = Peak();
        foreach (int i in number % 2 == 0 ? order : order.Reverse())
        {
            _times[i].Add(_engines[i].Turn(_settings.TurnWarmUp, _settings.Passes));
            double after = Peak();
            _peaks[i].Add((before + after) / 2);
            before = after;
        }
    }

    private double Peak() => _engines[0].PeakOfMoment(_bits, _settings.PeakMilliseconds, _chains);
}
