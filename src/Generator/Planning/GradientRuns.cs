namespace EfficientNet.Compiler.Planning;

/// <summary>The runs of positions in which the gradient of a map's weights is made.</summary>
/// <param name="Positions">Positions of a run.</param>
/// <param name="Full">Runs of that length.</param>
/// <param name="Last">Positions of the shorter run that follows them; 0 where none does.</param>
internal readonly record struct GradientRuns(int Positions, int Full, int Last)
{
    /// <summary>A block of input channels and the two blocks of outputs that most tiles take stay in a first-level cache of 48 KiB.</summary>
    private const int Longest = 224;

    /// <summary>Shorter runs spend too much on beginning and ending their sums.</summary>
    private const int Shortest = 96;

    /// <summary>The longest run that divides the map, or else runs as even as can be.</summary>
    public static GradientRuns Of(int positions)
    {
        if (positions <= Longest) return new GradientRuns(positions, 1, 0);
        int divisor = Enumerable.Range(Shortest, Longest - Shortest + 1).LastOrDefault(length => positions % length == 0);
        if (divisor > 0) return new GradientRuns(divisor, positions / divisor, 0);
        int runs = (positions + Longest - 1) / Longest;
        int even = (positions + runs - 1) / runs;
        return new GradientRuns(even, positions / even, positions % even);
    }
}
