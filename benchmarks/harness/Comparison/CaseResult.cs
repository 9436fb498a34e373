using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>One network with one number of threads, on every engine.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Threads">Threads of every engine.</param>
/// <param name="MultiplyAdds">Multiply-adds of one image.</param>
/// <param name="Engines">What was measured; where there is a peer it is last.</param>
internal sealed record CaseResult(string Network, int Threads, long MultiplyAdds, IReadOnlyList<EngineResult> Engines)
{
    /// <summary>The engine that the others are compared with.</summary>
    public EngineResult Peer => Engines[^1];

    /// <summary>The rounds of several visits to a network as one result.</summary>
    /// <param name="visits">What each visit measured, with the same engines.</param>
    public static CaseResult Of(IReadOnlyList<CaseResult> visits) => visits[0] with
    {
        Engines = visits[0].Engines.Select((engine, i) => engine with
        {
            LogitsDifference = visits.Max(visit => visit.Engines[i].LogitsDifference),
            Rounds = visits.SelectMany(visit => visit.Engines[i].Rounds).ToArray(),
            Peaks = visits.SelectMany(visit => visit.Engines[i].Peaks).ToArray(),
        }).ToArray(),
    };

    /// <summary>GFLOP/s of a pass of so many milliseconds.</summary>
    public double Gigaflops(double milliseconds) => 2 * MultiplyAdds / milliseconds / 1e6;

    /// <summary>The share of the FMA peak, round by round: each turn's median pass against the peaks right before and after it.</summary>
    public double[] SharesOfPeak(EngineResult engine) => engine.Rounds.Zip(engine.Peaks, (round, peak) => Gigaflops(round.Median()) / peak).ToArray();

    /// <summary>The share of the FMA peak over all: the median of the rounds.</summary>
    public double ShareOfPeak(EngineResult engine) => SharesOfPeak(engine).Median();

    /// <summary>How many times faster than the peer, round by round, by medians.</summary>
    public double[] Ratios(EngineResult engine) => engine.Rounds.Zip(Peer.Rounds, (ours, peers) => peers.Median() / ours.Median()).ToArray();

    /// <summary>How many times faster than the peer over all: the median of the rounds.</summary>
    public double Ratio(EngineResult engine) => Ratios(engine).Median();
}

/// <summary>One engine's passes.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Loaded">What it said when it loaded the network.</param>
/// <param name="LogitsDifference">The largest distance of its logits from the peer's.</param>
/// <param name="Rounds">Milliseconds of every pass, by rounds.</param>
/// <param name="Peaks">The FMA peak beside every turn, GFLOP/s, with as many threads: the mean of those before and after it.</param>
internal sealed record EngineResult(string Engine, string Loaded, double LogitsDifference, IReadOnlyList<double[]> Rounds, IReadOnlyList<double> Peaks)
{
    /// <summary>The fastest pass, ms.</summary>
    public double Minimum => Rounds.Min(round => round.Min());

    /// <summary>The median of all passes, ms.</summary>
    public double Median => Rounds.SelectMany(round => round).Median();
}
