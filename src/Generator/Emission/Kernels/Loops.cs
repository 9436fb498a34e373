using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>The loops that kernels share. All bounds are literals; a loop of one iteration is not written.</summary>
internal static class Loops
{
    /// <summary>Over tiles of positions, as float offset <c>position</c>; the last tile starts early enough to end with the run.</summary>
    public static IDisposable Tiles(KernelContext context, Tile tile, int positions)
    {
        SourceWriter writer = context.Writer;
        if (tile.Tiles == 1)
        {
            IDisposable block = writer.Block();
            writer.Line("const nint position = 0;");
            return block;
        }

        IDisposable loop = writer.Block($"for (nint tile = 0; tile < {tile.Tiles}; tile++)");
        WritePosition(context, tile, positions);
        return loop;
    }

    /// <summary>Declares <c>position</c>, the float offset of tile <c>tile</c>.</summary>
    public static void WritePosition(KernelContext context, Tile tile, int positions)
    {
        int last = positions - tile.Rows;
        bool even = tile.Tiles * tile.Rows == positions;
        context.Writer.Line(even
            ? $"nint position = tile * {tile.Rows * context.Lanes};"
            : $"nint position = (tile == {tile.Tiles - 1} ? {last} : tile * {tile.Rows}) * {context.Lanes}; // the last tile makes {tile.Tiles * tile.Rows - positions} positions again");
    }

    /// <summary>Over the blocks of a panel, where registers are too few to take them together.</summary>
    public static IDisposable PanelBlocks(KernelContext context, int panelBlocks, int blocksAtOnce) => panelBlocks > blocksAtOnce
        ? context.Writer.Block($"for (nint block = 0; block < {panelBlocks}; block += {blocksAtOnce})")
        : Nothing.Instance;

    /// <summary>Over the vectors of a block of 16 channels, as float offset <c>lane</c>.</summary>
    public static IDisposable BlockVectors(KernelContext context)
    {
        if (context.Isa.VectorsPerBlock > 1) return context.Writer.Block($"for (nint lane = 0; lane < {context.Lanes}; lane += {context.Isa.Floats})");
        return Nothing.Instance;
    }

    /// <summary>A term to add to an offset inside <see cref="BlockVectors"/>.</summary>
    public static string Lane(KernelContext context) => context.Isa.VectorsPerBlock > 1 ? " + lane" : "";

    public sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
            // There is no loop to close.
        }
    }
}
