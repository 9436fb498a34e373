namespace EfficientNet.Compiler.Planning;

/// <summary>A register tile: rows of positions by vectors of output channels, and how tiles cover a run of positions.</summary>
/// <param name="Rows">Positions held at once.</param>
/// <param name="Vectors">Output vectors held at once.</param>
/// <param name="Tiles">Tiles in a run of positions. Where they hold more than the run, the last one starts earlier and makes some positions twice.</param>
/// <param name="Short">How many of them, the last ones, hold one position less, so that nothing is made twice.</param>
internal readonly record struct Tile(int Rows, int Vectors, int Tiles, int Short)
{
    /// <summary>Tiles of full height.</summary>
    public int Full => Tiles - Short;

    /// <summary>Positions made, those made twice counted twice.</summary>
    public int Covers => Tiles * Rows - Short;

    /// <summary>Where a step keeps the weights and broadcasts one position after the other; otherwise it is the positions that are kept.</summary>
    public bool KeepsWeights => Vectors <= Rows;

    /// <summary>Accumulators, the operand that is kept, and one of the other.</summary>
    public int Registers => Rows * Vectors + Math.Min(Rows, Vectors) + 1;
}

/// <summary>Chooses register tiles by counting issue slots: two fused multiply-adds or two loads a cycle.</summary>
/// <remarks>
/// A tile of r rows and v vectors holds r·v accumulators, the smaller of its two operands and one register of the other. It needs
/// r·v multiply-adds and r + v loads a step. Eight chains cover a latency of four cycles on two ports, if nothing ever waits; nine are asked for.
/// A tile that needs one register more than there are runs at half speed: the accumulator that lies in memory is a chain of its own.
/// </remarks>
internal static class TileSelector
{
    /// <summary>Blocks of the widest panel or group that is tried.</summary>
    public const int WidestPanel = 7;

    private const int LatencyChains = 9;

    /// <summary>Positions below which weights are not used often enough to be kept near.</summary>
    private const int FewestPositionsAtOnce = 24;

    /// <summary>Half cycles a tile costs beside its reduction: bias, stores, loop.</summary>
    private const double TileOverhead = 24;

    /// <summary>Half cycles in which a cache line comes from the second level: 32 bytes a cycle.</summary>
    private const int SlotsOfLine = 4;

    /// <summary>What tiles of two heights must save, because they are two pieces of code.</summary>
    private const double ShortTilesMustSave = 1.04;

    /// <summary>Blocks of output channels that the widest machine takes at once, where they must divide a count.</summary>
    public static int GroupBlocks(int blocks, int positions, int reduction) =>
        Enumerable.Range(1, Math.Min(blocks, WidestPanel)).Where(b => blocks % b == 0)
            .OrderBy(b => blocks / b * PanelCost(b, positions, reduction))
            .ThenBy(b => Math.Abs(b - 3)).First();

    /// <summary>The same where a narrower last panel may follow.</summary>
    public static int PanelBlocks(int blocks, int positions, int reduction)
    {
        double Total(int b)
        {
            int tail = blocks % b;
            return blocks / b * PanelCost(b, positions, reduction) + (tail == 0 ? 0 : PanelCost(tail, positions, reduction));
        }

        return Enumerable.Range(1, Math.Min(blocks, WidestPanel)).OrderBy(Total).ThenBy(b => Math.Abs(b - 3)).First();
    }

    /// <summary>
    /// Input channels whose weights are used for all positions before the next ones are taken: all of them where their weights stay in the
    /// cache that the instruction set's tiles can be fed from, or are not used often. Otherwise what is summed so far waits in the output, so that the order of the sum stays the same.
    /// </summary>
    public static int ReductionAtOnce(VectorIsa isa, int positions, int panelBlocks, int reduction)
    {
        int bytesOfChannel = panelBlocks * MapLayout.Lanes * sizeof(float);
        if (positions < FewestPositionsAtOnce || (long)reduction * bytesOfChannel <= isa.WeightBytesAtOnce) return reduction;
        int most = Math.Max(MapLayout.Lanes, isa.WeightBytesAtOnce / bytesOfChannel / MapLayout.Lanes * MapLayout.Lanes);
        int parts = (reduction + most - 1) / most;
        return ((reduction + parts - 1) / parts + MapLayout.Lanes - 1) / MapLayout.Lanes * MapLayout.Lanes;
    }

    /// <summary>
    /// The tile for a panel of some blocks on one instruction set; where registers are few, the panel is made in several passes.
    /// Where the reduction is taken in parts, no position is made twice.
    /// </summary>
    /// <param name="isa">The instruction set.</param>
    /// <param name="positions">Positions of a row.</param>
    /// <param name="panelBlocks">Output blocks of the panel.</param>
    /// <param name="reduction">Input channels.</param>
    /// <param name="rowsOfMap">Rows that use the same weights one after the other.</param>
    /// <param name="channels">Output channels of the panel, where they do not fill its blocks.</param>
    public static Tile Choose(VectorIsa isa, int positions, int panelBlocks, int reduction, int rowsOfMap = 1, int? channels = null)
    {
        int atOnce = ReductionAtOnce(isa, positions * rowsOfMap, panelBlocks, reduction);
        int parts = (reduction + atOnce - 1) / atOnce;
        Func<int, int> lines = WeightLines(isa, panelBlocks, atOnce);
        return Cheapest(isa, positions, panelBlocks, isa.VectorsOf(channels ?? panelBlocks * MapLayout.Lanes), lines, reduction, parts, once: parts > 1);
    }

    /// <summary>
    /// The tile of a weight gradient: rows are input channels, each of which is made once because it is added to what is there, and the sum runs over
    /// positions or images. Neither operand is used again soon, so that a step may have to wait for its cache lines: one of inputs, and the outputs'.
    /// </summary>
    public static Tile ForGradient(VectorIsa isa, int inputs, int panelBlocks, int terms) => Cheapest(
        isa, inputs, panelBlocks, panelBlocks * isa.VectorsPerBlock, vectors => 1 + (vectors + isa.VectorsPerBlock - 1) / isa.VectorsPerBlock, terms, parts: 1, once: true);

    /// <summary>The stem's tile: the weights of a whole kernel row stay in registers, because neighbouring outputs share image columns.</summary>
    public static Tile ForStem(VectorIsa isa, int columns, int panelBlocks, int kernel)
    {
        int vectors = isa.VectorsAtOnce(panelBlocks)[0];
        int most = Math.Max(1, Math.Min(columns, (isa.Registers - 1 - kernel * vectors) / vectors));
        return Enumerable.Range(1, most)
            .Select(rows => Repeating(columns, rows, vectors))
            .OrderBy(tile => Cost(tile, kernel * kernel, parts: 1)).ThenByDescending(tile => tile.Rows).First();
    }

    /// <summary>A depthwise row's tile: fewest issue slots, where fewer columns than latency chains cost as much as those; then fewest columns made twice.</summary>
    public static Tile ForDepthwise(VectorIsa isa, int columns, int kernel) =>
        Enumerable.Range(1, Math.Min(columns, isa.DepthwiseColumns(kernel)))
            .Select(rows => Repeating(columns, rows, vectors: 1))
            .OrderBy(tile => tile.Tiles * Math.Max(tile.Rows, LatencyChains)).ThenBy(tile => tile.Tiles * tile.Rows).ThenByDescending(tile => tile.Rows).First();

    /// <summary>
    /// The tile of a depthwise weights' gradient: outputs whose gradients stay in registers beside the sums of some kernel rows. No output may count twice.
    /// </summary>
    public static (Tile Tile, int KernelRows) ForDepthwiseWeights(VectorIsa isa, int columns, int kernel, int stride, bool bias) => (
        from rows in Enumerable.Range(1, kernel)
        from outputs in Enumerable.Range(1, Math.Min(columns, isa.Registers))
        where rows * kernel + outputs + (bias ? 2 : 1) <= isa.Registers || (rows == 1 && outputs == 1)
        from tile in Covering(columns, outputs, vectors: 1)
        where tile.Covers == columns
        orderby WeightGradientCost(tile, kernel, rows, stride), rows descending
        select (tile, rows)).First();

    /// <summary>Columns of a depthwise input gradient's tile, a multiple of the stride where several tiles follow; the last tile has what remains.</summary>
    public static int ForDepthwiseInput(VectorIsa isa, int columns, int kernel, int stride)
    {
        int most = Math.Max(stride, isa.DepthwiseColumns(kernel));
        if (columns <= most) return columns;
        int Cost(int tile) => tile == 0 ? 0 : Math.Max(tile, LatencyChains) + 2;
        return Enumerable.Range(1, most).Where(tile => tile % stride == 0)
            .OrderBy(tile => columns / tile * Cost(tile) + Cost(columns % tile)).ThenByDescending(tile => tile).First();
    }

    /// <summary>Taps of the stem whose gradients are summed at once: vectors of a block for each, beside a block of the output's gradient and one value of the image.</summary>
    public static int StemTaps(VectorIsa isa) => Math.Max(1, (isa.Registers - 1 - isa.VectorsPerBlock) / isa.VectorsPerBlock);

    /// <summary>The tile of the image's gradient: for each pixel a vector of every colour, beside the weights of every colour and one of the output's gradients.</summary>
    public static Tile ForStemInput(VectorIsa isa, int columns, int colours) =>
        Repeating(columns, Math.Max(1, Math.Min(columns, (isa.Registers - 1 - colours) / colours)), vectors: colours);

    /// <summary>Half cycles of a row of outputs: each sum is a chain that grows once an output.</summary>
    private static int WeightGradientCost(Tile tile, int kernel, int rowsAtOnce, int stride)
    {
        int cost = 0;
        for (int row = 0; row < kernel; row += rowsAtOnce)
        {
            int rows = Math.Min(rowsAtOnce, kernel - row);
            cost += tile.Full * OfTile(tile.Rows, rows) + tile.Short * OfTile(tile.Rows - 1, rows);
        }

        return cost;

        int OfTile(int outputs, int rows) => Math.Max(outputs * Math.Max(rows * kernel, LatencyChains), outputs + rows * ((outputs - 1) * stride + kernel)) + 2;
    }

    /// <summary>Tiles of one height, the last of which may make some positions twice.</summary>
    private static Tile Repeating(int positions, int rows, int vectors) => new(rows, vectors, (positions + rows - 1) / rows, Short: 0);

    private static IEnumerable<Tile> Covering(int positions, int rows, int vectors)
    {
        Tile even = Repeating(positions, rows, vectors);
        yield return even;
        int over = even.Tiles * rows - positions;
        if (over > 0 && over < even.Tiles) yield return even with { Short = over };
    }

    /// <summary>The tile of the fewest issue slots.</summary>
    /// <param name="isa">The instruction set.</param>
    /// <param name="rowsOfRun">Rows to cover.</param>
    /// <param name="panelBlocks">Output blocks of the panel.</param>
    /// <param name="wanted">Vectors of the panel that are wanted.</param>
    /// <param name="lines">Cache lines that a step brings from the second level, by vectors.</param>
    /// <param name="terms">Terms of every sum.</param>
    /// <param name="parts">Parts in which the sums are made.</param>
    /// <param name="once">Whether no row may be made twice.</param>
    private static Tile Cheapest(VectorIsa isa, int rowsOfRun, int panelBlocks, int wanted, Func<int, int> lines, int terms, int parts, bool once)
    {
        IEnumerable<Tile> tiles =
            from vectors in isa.VectorsAtOnce(panelBlocks, wanted)
            from rows in Enumerable.Range(1, Math.Min(rowsOfRun, isa.Registers))
            from tile in Covering(rowsOfRun, rows, vectors)
            where tile.Registers <= isa.Registers && (!once || tile.Covers == rowsOfRun)
            orderby VectorIsa.InPasses(wanted, vectors) / vectors * Cost(tile, terms, parts, lines(vectors)), rows descending
            select tile;
        return tiles.First();
    }

    /// <summary>Half cycles of one panel over a row of positions, on the widest machine.</summary>
    public static double PanelCost(int blocks, int positions, int reduction)
    {
        Tile tile = Choose(VectorIsa.Avx512, positions, blocks, reduction);
        return Cost(tile, reduction, parts: 1, WeightLines(VectorIsa.Avx512, blocks, reduction)(tile.Vectors));
    }

    /// <summary>Lines of weights that a step brings from the second level, by vectors: none where a tile finds those of the tile before it in the first.</summary>
    private static Func<int, int> WeightLines(VectorIsa isa, int panelBlocks, int reduction) =>
        panelBlocks * MapLayout.Lanes * sizeof(float) * reduction <= VectorIsa.NearWeightBytes ? _ => 0 : vectors => (vectors + isa.VectorsPerBlock - 1) / isa.VectorsPerBlock;

    /// <summary>Half cycles of one pass over a run of positions.</summary>
    private static double Cost(Tile tile, int reduction, int parts, int lines = 0)
    {
        double full = tile.Full * TileCost(tile.Rows, tile.Vectors, reduction, parts, lines);
        return tile.Short == 0 ? full : ShortTilesMustSave * (full + tile.Short * TileCost(tile.Rows - 1, tile.Vectors, reduction, parts, lines));
    }

    /// <summary>Half cycles of one tile: steps of the reduction, and for each part of it a start and an end.</summary>
    private static double TileCost(int rows, int vectors, int reduction, int parts, int lines)
    {
        double step = Math.Max(Math.Max(Math.Max(rows * vectors, rows + vectors), LatencyChains), lines * SlotsOfLine);
        return step * reduction + parts * (TileOverhead + rows * vectors) + (parts - 1) * 2 * rows * vectors;
    }
}
