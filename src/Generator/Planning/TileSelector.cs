namespace EfficientNet.Compiler.Planning;

/// <summary>A register tile: rows of positions by blocks of 16 channels.</summary>
/// <param name="Rows">Positions held at once.</param>
/// <param name="Blocks">Output blocks held at once.</param>
/// <param name="Tiles">Tiles in a run of positions; the last one may start earlier and make some positions twice.</param>
internal readonly record struct Tile(int Rows, int Blocks, int Tiles);

/// <summary>Chooses register tiles by counting issue slots: two fused multiply-adds or two loads a cycle.</summary>
/// <remarks>
/// A tile of r rows and b blocks of v vectors holds r·b·v accumulators, one broadcast and b·v weights. It needs
/// r·b·v multiply-adds and r + b·v loads a step, and at least eight chains to cover a latency of four cycles on two ports.
/// </remarks>
internal static class TileSelector
{
    private const int LatencyChains = 8;

    /// <summary>Half cycles a tile costs beside its reduction: bias, stores, loop.</summary>
    private const double TileOverhead = 24;

    /// <summary>Blocks of output channels that the widest machine takes at once, where they must divide a count.</summary>
    public static int GroupBlocks(int blocks, int positions, int reduction) =>
        Enumerable.Range(1, Math.Min(blocks, 7)).Where(b => blocks % b == 0)
            .OrderBy(b => blocks / b * Cost(Choose(VectorIsa.Avx512, positions, b, reduction), VectorIsa.Avx512, reduction))
            .ThenBy(b => Math.Abs(b - 3)).First();

    /// <summary>The same where a narrower last panel may follow.</summary>
    public static int PanelBlocks(int blocks, int positions, int reduction)
    {
        double Total(int b)
        {
            double total = blocks / b * Cost(Choose(VectorIsa.Avx512, positions, b, reduction), VectorIsa.Avx512, reduction);
            int tail = blocks % b;
            return tail == 0 ? total : total + Cost(Choose(VectorIsa.Avx512, positions, tail, reduction), VectorIsa.Avx512, reduction);
        }

        return Enumerable.Range(1, Math.Min(blocks, 7)).OrderBy(Total).ThenBy(b => Math.Abs(b - 3)).First();
    }

    /// <summary>The tile for a panel of some blocks on one instruction set; where registers are few, blocks are taken one by one.</summary>
    public static Tile Choose(VectorIsa isa, int positions, int panelBlocks, int reduction)
    {
        int blocks = isa.BlocksAtOnce(panelBlocks);
        int vectors = blocks * isa.VectorsPerBlock;
        int most = Math.Min(positions, isa.MaximumRows(vectors));
        return Enumerable.Range(1, most)
            .Select(rows => new Tile(rows, blocks, (positions + rows - 1) / rows))
            .OrderBy(tile => Cost(tile, isa, reduction)).ThenByDescending(tile => tile.Rows).First();
    }

    /// <summary>The stem's tile: the weights of a whole kernel row stay in registers, because neighbouring outputs share image columns.</summary>
    public static Tile ForStem(VectorIsa isa, int columns, int panelBlocks, int kernel)
    {
        int blocks = isa.BlocksAtOnce(panelBlocks);
        int vectors = blocks * isa.VectorsPerBlock;
        int most = Math.Max(1, Math.Min(columns, (isa.Registers - 1 - kernel * vectors) / vectors));
        return Enumerable.Range(1, most)
            .Select(rows => new Tile(rows, blocks, (columns + rows - 1) / rows))
            .OrderBy(tile => Cost(tile, isa, kernel * kernel)).ThenByDescending(tile => tile.Rows).First();
    }

    /// <summary>A depthwise row's tile: fewest issue slots, where fewer columns than latency chains cost as much as those; then fewest columns made twice.</summary>
    public static Tile ForDepthwise(VectorIsa isa, int columns, int kernel) =>
        Enumerable.Range(1, Math.Min(columns, isa.DepthwiseColumns(kernel)))
            .Select(rows => new Tile(rows, 1, (columns + rows - 1) / rows))
            .OrderBy(tile => tile.Tiles * Math.Max(tile.Rows, LatencyChains)).ThenBy(tile => tile.Tiles * tile.Rows).ThenByDescending(tile => tile.Rows).First();

    private static double Cost(Tile tile, VectorIsa isa, int reduction)
    {
        int vectors = tile.Blocks * isa.VectorsPerBlock;
        double step = Math.Max(Math.Max(tile.Rows * vectors, tile.Rows + vectors), LatencyChains);
        return tile.Tiles * (step * reduction + TileOverhead + tile.Rows * vectors);
    }
}
