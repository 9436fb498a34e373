namespace EfficientNet.Compiler.Planning;

/// <summary>
/// Cuts a map into bands of rows, so that few channel groups still make enough pieces for several workers; an even number of them, because the map lies in halves.
/// Sums over positions are kept per band and added in their order: results do not depend on who made which band.
/// </summary>
internal static class BandSelector
{
    private const int WantedPieces = 12;

    /// <summary>Below this the rows that neighbouring bands both need would cost more than they bring.</summary>
    private const int FewestRows = 7;

    /// <summary>Bands for a number of channel groups; 1 where there are too few rows.</summary>
    public static int Bands(int groups, int rows)
    {
        if (rows < 2 * FewestRows) return 1;
        int most = rows / FewestRows;
        int wanted = Math.Min((WantedPieces + groups - 1) / groups, most);
        int[] even = Enumerable.Range(2, most - 1).Where(n => n % 2 == 0 && Made(n) == n).ToArray();
        int[] enough = even.Where(n => n >= wanted).ToArray();
        if (enough.Length == 0) return even.Last();
        return enough.Where(n => rows % n == 0).DefaultIfEmpty(enough[0]).First();

        // Bands of equal height may be fewer than were asked for.
        int Made(int bands)
        {
            int bandRows = (rows + bands - 1) / bands;
            return (rows + bandRows - 1) / bandRows;
        }
    }
}
