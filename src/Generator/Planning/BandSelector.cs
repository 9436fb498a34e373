namespace EfficientNet.Compiler.Planning;

/// <summary>
/// Cuts a map into bands of rows, so that few channel groups still make enough pieces for several workers.
/// Sums over positions are kept per band and added in their order: results do not depend on who made which band.
/// </summary>
internal static class BandSelector
{
    private const int EnoughGroups = 8;
    private const int WantedPieces = 12;

    /// <summary>Below this the rows that neighbouring bands both need would cost more than they bring.</summary>
    private const int FewestRows = 7;

    public static int Bands(int groups, int rows)
    {
        if (groups >= EnoughGroups || rows < 2 * FewestRows) return 1;
        int wanted = Math.Min((WantedPieces + groups - 1) / groups, rows / FewestRows);
        int bands = Enumerable.Range(wanted, Math.Max(1, rows / FewestRows - wanted + 1)).FirstOrDefault(n => rows % n == 0);
        if (bands == 0) bands = wanted;
        int bandRows = (rows + bands - 1) / bands;
        return (rows + bandRows - 1) / bandRows;
    }
}
