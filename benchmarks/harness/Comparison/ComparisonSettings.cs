namespace EfficientNet.Benchmarks.Comparison;

/// <summary>How much is measured.</summary>
internal sealed record ComparisonSettings
{
    private const double WholeTurn = 4e8;
    private const double Small = 1e9;
    private const int FewestPasses = 3;
    private const int FewestWarmUps = 6;
    private const int LongestPeak = 8;

    /// <summary>Rounds of a network that is neither small nor large; in each every engine has one turn.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>
    /// Visits over which a network's rounds are spread, with all other networks between them. A shared machine's bad minutes, and memory that lies badly,
    /// then spoil some rounds of many networks, which medians bear, instead of all rounds of one. Never more than there are rounds.
    /// </summary>
    public int Visits { get; init; } = 4;

    /// <summary>Passes of one turn that count.</summary>
    public int Passes { get; init; } = 30;

    /// <summary>Passes at the start of a turn that do not count: the caches are another engine's.</summary>
    public int TurnWarmUp { get; init; } = 3;

    /// <summary>Passes after loading, before the first round: the JIT's tiers and the pools of threads settle.</summary>
    public int WarmUp { get; init; } = 200;

    /// <summary>How long a window is in which the FMA peak is measured beside a turn.</summary>
    public int PeakMilliseconds { get; init; } = 8;

    /// <summary>Fresh processes of every engine, for the cold start.</summary>
    public int Starts { get; init; } = 15;

    /// <summary>How far two engines' logits may be apart before anything is timed.</summary>
    public double LogitsTolerance { get; init; } = 1e-4;

    /// <summary>
    /// The same for one network: up to 0.4 G multiply-adds, about B0's, as they are; above, as many fewer passes as the network is larger, though
    /// never less than three a turn, and half the rounds where it would have had less: B7 is a hundred times B0. Up to 1 G twice the rounds and visits, which cost little there:
    /// a small network's turn is so short that it lies in one of a shared machine's moments as a whole. Where a turn is longer than B0's, so is the window of the peak, up to eight times:
    /// three passes of B7 take more than a second, of which 8 ms know little.
    /// </summary>
    /// <param name="multiplyAdds">Multiply-adds of one image.</param>
    public ComparisonSettings For(long multiplyAdds)
    {
        double share = Math.Min(1, WholeTurn / multiplyAdds);
        bool small = multiplyAdds <= Small;
        int passes = Part(Passes, FewestPasses);
        double turn = passes * (multiplyAdds / WholeTurn) / Passes;
        int rounds = small ? 2 * Rounds : Passes * share < FewestPasses ? (Rounds + 1) / 2 : Rounds;
        return this with
        {
            Rounds = rounds,
            Visits = Math.Min(small ? 2 * Visits : Visits, rounds),
            Passes = passes,
            PeakMilliseconds = (int)Math.Round(PeakMilliseconds * Math.Clamp(turn, 1, LongestPeak)),
            TurnWarmUp = Part(TurnWarmUp, 1),
            WarmUp = Part(WarmUp, FewestWarmUps),
        };

        int Part(int whole, int fewest) => Math.Max(Math.Min(whole, fewest), (int)Math.Round(whole * share));
    }

    /// <summary>The number of a visit's first round.</summary>
    /// <param name="visit">The visit, from 0; <see cref="Visits"/> for the end of the last one.</param>
    public int FirstRound(int visit) => Rounds * visit / Visits;

    /// <summary>Passes after loading at a visit: at a later one the code is compiled, and only session and threads are new.</summary>
    /// <param name="visit">The visit, from 0.</param>
    public int WarmUpOf(int visit) => visit == 0 ? WarmUp : Math.Max(1, WarmUp / 8);

    /// <summary>Whether a report of it says that it is not to be quoted.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>Enough to see that everything works, too little to quote.</summary>
    public static ComparisonSettings Quick { get; } = new() { IsQuick = true, Rounds = 3, Visits = 2, Passes = 5, WarmUp = 20, PeakMilliseconds = 2, Starts = 2 };
}
