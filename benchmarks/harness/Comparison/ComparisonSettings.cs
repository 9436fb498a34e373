namespace EfficientNet.Benchmarks.Comparison;

/// <summary>How much is measured.</summary>
internal sealed record ComparisonSettings
{
    /// <summary>Rounds; in each every engine has one turn.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>Passes of one turn that count.</summary>
    public int Passes { get; init; } = 30;

    /// <summary>Passes at the start of a turn that do not count: the caches are another engine's.</summary>
    public int TurnWarmUp { get; init; } = 3;

    /// <summary>Passes after loading, before the first round: the JIT's tiers and the pools of threads settle.</summary>
    public int WarmUp { get; init; } = 200;

    /// <summary>How long each number of accumulators runs when the FMA peak is measured within a round.</summary>
    public int PeakMilliseconds { get; init; } = 8;

    /// <summary>Fresh processes of every engine, for the cold start.</summary>
    public int Starts { get; init; } = 15;

    /// <summary>How far two engines' logits may be apart before anything is timed.</summary>
    public double LogitsTolerance { get; init; } = 1e-4;

    /// <summary>Enough to see that everything works, too little to quote.</summary>
    public static ComparisonSettings Quick { get; } = new() { Rounds = 3, Passes = 5, WarmUp = 20, PeakMilliseconds = 2, Starts = 2 };
}
