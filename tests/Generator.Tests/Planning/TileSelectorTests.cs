using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Tests.Planning;

public class TileSelectorTests
{
    private static readonly int[] Positions = [.. Enumerable.Range(1, 64), 112, 120, 127, 130, 150, 190, 196, 225, 264, 300, 784, 1225, 12544, 90000];
    private static readonly int[] Reductions = [1, 4, 8, 16, 28, 96, 144, 672, 3840];

    public static TheoryData<string> InstructionSets => [.. VectorIsa.All.Select(isa => isa.Name)];

    /// <summary>Accumulators, the kept operand and one of the other fit the registers: one more, and the tile runs at half speed.</summary>
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Pointwise_tiles_fit_the_registers(string name)
    {
        VectorIsa isa = Isa(name);
        foreach ((int positions, int blocks, int reduction) in Shapes())
        {
            Tile tile = TileSelector.Choose(isa, positions, blocks, reduction);
            (tile.Rows * tile.Vectors + Math.Min(tile.Rows, tile.Vectors) + 1).ShouldBeLessThanOrEqualTo(isa.Registers, $"{positions} positions, {blocks} blocks, {reduction} inputs: {tile}");
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Pointwise_tiles_cover_every_position_and_stay_inside_the_run(string name)
    {
        VectorIsa isa = Isa(name);
        foreach ((int positions, int blocks, int reduction) in Shapes())
        {
            Tile tile = TileSelector.Choose(isa, positions, blocks, reduction);
            EnsureCovered(tile, positions);
            (blocks * isa.VectorsPerBlock % tile.Vectors).ShouldBe(0, "passes of one width make a panel");
        }
    }

    /// <summary>Sums that wait in the output between parts of the reduction must not be added to twice.</summary>
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_reduction_in_parts_makes_no_position_twice(string name)
    {
        VectorIsa isa = Isa(name);
        int inParts = 0;
        foreach ((int positions, int blocks, int reduction) in Shapes())
        {
            int part = TileSelector.ReductionAtOnce(isa, positions, blocks, reduction);
            part.ShouldBeInRange(1, reduction);
            if (part == reduction) continue;
            inParts++;
            (part % MapLayout.Lanes).ShouldBe(0, "a part begins with a block of the input");
            (part * blocks * MapLayout.Lanes * sizeof(float)).ShouldBeLessThanOrEqualTo(Math.Max(isa.WeightBytesAtOnce, MapLayout.Lanes * blocks * MapLayout.Lanes * sizeof(float)));
            TileSelector.Choose(isa, positions, blocks, reduction).Covers.ShouldBe(positions);
        }

        inParts.ShouldBeGreaterThan(0);
    }

    /// <summary>A gradient is added to what is there: an input channel that a tile made twice would count twice.</summary>
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Gradient_tiles_fit_the_registers_and_make_no_input_channel_twice(string name)
    {
        VectorIsa isa = Isa(name);
        foreach (int inputs in Positions.Where(count => count <= 1225))
        {
            for (int blocks = 1; blocks <= 8; blocks++)
            {
                Tile tile = TileSelector.ForGradient(isa, inputs, blocks, terms: 112);
                string what = $"{inputs} inputs, {blocks} blocks: {tile}";
                tile.Registers.ShouldBeLessThanOrEqualTo(isa.Registers, what);
                tile.Covers.ShouldBe(inputs, what);
                tile.Short.ShouldBeInRange(0, tile.Tiles - 1, what);
                (blocks * isa.VectorsPerBlock % tile.Vectors).ShouldBe(0, what);
            }
        }
    }

    /// <summary>A stem's tile holds the weights of a whole kernel row; on 128-bit vectors, where they are twelve, the compiler may leave some in memory.</summary>
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Stem_tiles_fit_the_registers_and_cover_the_row(string name)
    {
        VectorIsa isa = Isa(name);
        foreach (int columns in Positions)
        {
            for (int blocks = 1; blocks <= 7; blocks++)
            {
                Tile tile = TileSelector.ForStem(isa, columns, blocks, kernel: 3);
                EnsureCovered(tile, columns);
                int vectors = tile.Vectors;
                int weights = isa == VectorIsa.Portable ? vectors : 3 * vectors;
                (tile.Rows * vectors + weights + 1).ShouldBeLessThanOrEqualTo(isa.Registers, $"{columns} columns, {blocks} blocks: {tile}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Depthwise_tiles_fit_the_registers(string name)
    {
        VectorIsa isa = Isa(name);
        foreach (int kernel in new[] { 1, 3, 5, 7, 9 })
        {
            int columns = isa.DepthwiseColumns(kernel);
            columns.ShouldBeGreaterThanOrEqualTo(1);
            (columns + kernel + 1).ShouldBeLessThanOrEqualTo(isa.Registers, $"{kernel}×{kernel}");
        }
    }

    /// <summary>Two ports with a latency of four cycles want eight independent sums, wherever the run has so many positions.</summary>
    [Fact]
    public void Long_runs_keep_both_ports_busy()
    {
        foreach (VectorIsa isa in VectorIsa.All)
        {
            foreach (int blocks in Enumerable.Range(1, 6))
            {
                Tile tile = TileSelector.Choose(isa, 784, blocks, 96);
                (tile.Rows * tile.Vectors).ShouldBeGreaterThanOrEqualTo(8, $"{isa.Name}, {blocks} blocks");
            }
        }
    }

    [Fact]
    public void Groups_divide_their_blocks()
    {
        foreach ((int positions, int blocks, int reduction) in Shapes(blocks: 240))
        {
            int group = TileSelector.GroupBlocks(blocks, positions, reduction);
            group.ShouldBeInRange(1, 7);
            (blocks % group).ShouldBe(0, $"{blocks} blocks in groups of {group}");
        }
    }

    [Fact]
    public void Panels_are_no_wider_than_their_blocks()
    {
        foreach ((int positions, int blocks, int reduction) in Shapes(blocks: 240))
        {
            TileSelector.PanelBlocks(blocks, positions, reduction).ShouldBeInRange(1, Math.Min(7, blocks));
        }
    }

    private static VectorIsa Isa(string name) => VectorIsa.All.Single(isa => isa.Name == name);

    private static IEnumerable<(int Positions, int Blocks, int Reduction)> Shapes(int blocks = 7) =>
        from positions in blocks > 7 ? Positions.Where((_, i) => i % 9 == 0) : Positions
        from block in Enumerable.Range(1, blocks)
        from reduction in blocks > 7 ? [4, 96, 3840] : Reductions
        select (positions, block, reduction);

    /// <summary>Marks what each tile makes, as the emitted loops place it: in order, the last ones lower, or the last one moved back to end with the run.</summary>
    private static void EnsureCovered(Tile tile, int positions)
    {
        tile.Rows.ShouldBeInRange(1, positions);
        tile.Short.ShouldBeInRange(0, tile.Tiles - 1);
        int covered = 0;
        for (int i = 0; i < tile.Tiles; i++)
        {
            int rows = i < tile.Full ? tile.Rows : tile.Rows - 1;
            int first = tile.Short > 0 ? i * rows + (i < tile.Full ? 0 : tile.Full)
                : i == tile.Tiles - 1 ? positions - tile.Rows : i * tile.Rows;
            first.ShouldBeInRange(0, covered, $"{tile} of {positions} leaves a hole");
            (first + rows).ShouldBeGreaterThan(covered, $"{tile} of {positions} has a tile that makes nothing new");
            covered = first + rows;
        }

        covered.ShouldBe(positions);
    }
}
