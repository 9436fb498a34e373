using System.Diagnostics;
using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>Times passes of one network in turns with the FMA peak.</summary>
internal sealed class LatencyBenchmark : IDisposable
{
    private const double PeakMilliseconds = 4;
    private const int MostWarmUpPasses = 100;
    private const int MostProfiledPasses = 100;

    private readonly NetworkDescription _network;
    private readonly Session _session;
    private readonly BenchmarkSettings _settings;
    private readonly float[] _images;
    private readonly float[] _logits;
    private readonly CancellationToken _interrupted;

    private LatencyBenchmark(CompiledNetwork network, BenchmarkSettings settings, CancellationToken interrupted)
    {
        _network = network.Network;
        _settings = settings;
        _images = RandomWeights.Images(_network, settings.Batch);
        _logits = new float[settings.Batch * _network.Classes];
        _interrupted = interrupted;
        _session = network.CreateSession(settings.Threads, settings.Batch);
    }

    /// <summary>Measures.</summary>
    /// <param name="network">The network; it stays the caller's.</param>
    /// <param name="weights">Where its weights came from.</param>
    /// <param name="settings">How.</param>
    /// <param name="round">Called after every round.</param>
    /// <param name="interrupted">Ends the work between two passes.</param>
    public static BenchmarkResult Run(CompiledNetwork network, WeightSource weights, BenchmarkSettings settings, Action round, CancellationToken interrupted)
    {
        using var benchmark = new LatencyBenchmark(network, settings, interrupted);
        benchmark.WarmUp();
        double[][] rounds = new double[settings.Rounds][];
        double[] peaks = new double[settings.Rounds];
        for (int i = 0; i < rounds.Length; i++)
        {
            rounds[i] = benchmark.Round(i);
            peaks[i] = FmaPeak.Measure(network.InstructionSet, settings.Threads, PeakMilliseconds).GigaflopsPerSecond;
            round();
        }

        StepProfile? profile = settings.Profiles ? benchmark.Profile(peaks.Median(), rounds.Sum(times => times.Length)) : null;
        return new BenchmarkResult(network.Network, network.InstructionSet, weights, settings.Threads, settings.Batch, rounds, peaks, profile);
    }

    /// <summary>Frees the session.</summary>
    public void Dispose() => _session.Dispose();

    // Caches, clock and the JIT's tiers settle: a tenth of what will be timed, one pass at least.
    private void WarmUp()
    {
        double limit = 100.0 * _settings.Seconds;
        int most = _settings.Passes == 0 ? MostWarmUpPasses : Math.Min(MostWarmUpPasses, _settings.Passes);
        for ((int pass, double spent) = (0, 0); pass < most && (pass == 0 || spent < limit); pass++) spent += Pass();
    }

    private double[] Round(int number)
    {
        if (_settings.Passes > 0)
        {
            int passes = _settings.Passes * (number + 1) / _settings.Rounds - _settings.Passes * number / _settings.Rounds;
            return Enumerable.Range(0, passes).Select(_ => Pass()).ToArray();
        }

        double limit = 1000.0 * _settings.Seconds / _settings.Rounds;
        var times = new List<double>();
        for (double spent = 0; times.Count == 0 || spent < limit; spent += times[^1]) times.Add(Pass());
        return times.ToArray();
    }

    private double Pass()
    {
        _interrupted.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        _session.Forward(_images, _logits);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private StepProfile Profile(double peak, int passes)
    {
        int marks = _network.Steps.Count + 1;
        long[] times = new long[_settings.Batch * marks];
        var images = new List<long[]>();
        for (int pass = 0; pass < Math.Min(passes, MostProfiledPasses); pass++)
        {
            _interrupted.ThrowIfCancellationRequested();
            _session.Profile(_images, _logits, times);
            images.AddRange(times.Chunk(marks));
        }

        double bandwidth = ReadBandwidth.Measure(_network.PackedFloats, _settings.Threads);
        return StepProfile.Of(_network, new Roofline(peak, bandwidth, SecondLevelCache.Current, _settings.Threads), images);
    }
}
