using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>The loops that kernels share. All bounds are literals; a loop of one iteration is not written.</summary>
internal static class Loops
{
    /// <summary>
    /// Over tiles of positions, all or those of a range, as float offset <c>position</c>. The body is written for each height of tile: the last
    /// ones may be one position lower, or the last one starts early enough to end with the run.
    /// </summary>
    public static void Tiles(KernelContext context, Tile tile, int positions, Action<int> body, (string First, string End)? range = null) =>
        Tiles(context, tile, positions, body, range, "position", context.Lanes);

    /// <summary>Over tiles of input channels, all of them, as <c>row</c>, the first channel of a tile.</summary>
    public static void RowTiles(KernelContext context, Tile tile, int inputs, Action<int> body) => Tiles(context, tile, inputs, body, range: null, "row", floats: 1);

    private static void Tiles(KernelContext context, Tile tile, int positions, Action<int> body, (string First, string End)? range, string name, int floats)
    {
        SourceWriter writer = context.Writer;
        if (tile.Tiles == 1)
        {
            using (writer.Block())
            {
                writer.Line($"const nint {name} = 0;");
                body(tile.Rows);
            }

            return;
        }

        string end = range is not { } r ? $"{tile.Full}" : tile.Short == 0 ? r.End : $"Math.Min({r.End}, {tile.Full})";
        using (writer.Block($"for (nint tile = {range?.First ?? "0"}; tile < {end}; tile++)"))
        {
            WritePosition(context, tile, positions, tile.Rows, name, floats);
            body(tile.Rows);
        }

        if (tile.Short == 0) return;
        string first = range is { } s ? $"Math.Max({s.First}, {tile.Full})" : $"{tile.Full}";
        using (writer.Block($"for (nint tile = {first}; tile < {range?.End ?? $"{tile.Tiles}"}; tile++) // the lower tiles"))
        {
            WritePosition(context, tile, positions, tile.Rows - 1, name, floats);
            body(tile.Rows - 1);
        }
    }

    /// <summary>Declares the float offset of tile <c>tile</c>, which has a number of rows.</summary>
    private static void WritePosition(KernelContext context, Tile tile, int positions, int rows, string name, int floats)
    {
        int again = tile.Covers - positions;
        context.Writer.Line(
            rows < tile.Rows ? $"nint {name} = tile * {rows * floats} + {tile.Full * floats};"
            : again == 0 ? $"nint {name} = tile * {rows * floats};"
            : $"nint {name} = (tile == {tile.Tiles - 1} ? {positions - rows} : tile * {rows}) * {floats}; // the last tile makes {again} positions again");
    }

    /// <summary>Sums held at once by a pass that needs two registers more: those of a panel where they fit, otherwise those of a block.</summary>
    public static int VectorsInRegisters(KernelContext context, int panelBlocks)
    {
        int panel = panelBlocks * context.Isa.VectorsPerBlock;
        return panel <= context.Isa.Registers - 2 ? panel : context.Isa.VectorsPerBlock;
    }

    /// <summary>The channels of panel <c>panel</c> without those that pad the last one.</summary>
    public static string ChannelsOfPanel(int channels, int panel) => channels % panel == 0 ? $"{panel}" : $"(int)Math.Min({panel}, {channels} - panel * {panel})";

    /// <summary>Writes a loop over whole pieces, then what is left as one piece more; or over those of the range first … last − 1.</summary>
    public static void Pieces(SourceWriter writer, string index, int whole, int rest, bool ranged, Action<string, bool> body)
    {
        if (whole > 1 || (ranged && whole > 0))
        {
            string end = !ranged ? $"{whole}" : rest > 0 ? $"Math.Min(last, {whole})" : "last";
            using (writer.Block($"for (nint {index} = {(ranged ? "first" : "0")}; {index} < {end}; {index}++)")) body(index, false);
        }
        else if (whole == 1)
        {
            using (writer.Block()) body("0", false);
        }

        if (rest == 0) return;
        using (writer.Block(ranged ? $"if (first <= {whole} && last > {whole})" : "")) body($"{whole}", true);
    }

    /// <summary>A term that leads to a piece; nothing for the first of all.</summary>
    public static string Plus(string index, int floats) => int.TryParse(index, out int number) ? (number == 0 ? "" : $" + {number * floats}") : $" + {index} * {floats}";

    /// <summary>A factor; nothing where it is 1.</summary>
    public static string Times(int factor) => factor == 1 ? "" : $" * {factor}";

    /// <summary>The first column of outputs that has an input of the map under kernel column <c>kx</c>.</summary>
    public static string FirstUnder(int stride, int padLeft) => $"Math.Max(0, {Ceiling(padLeft, stride)})";

    /// <summary>The column of outputs behind the last that has one.</summary>
    public static string EndUnder(int stride, int padLeft, int inputs, int columns) => $"Math.Min({columns}, {Ceiling(inputs + padLeft, stride)})";

    // Where that is negative C# rounds up as well, and no more than zero is left of it.
    private static string Ceiling(int inputs, int stride) => stride == 1 ? $"{inputs} - kx" : $"({inputs + stride - 1} - kx) / {stride}";

    /// <summary>Over the vectors of a block of 16 channels, as float offset <c>lane</c>.</summary>
    public static IDisposable BlockVectors(KernelContext context)
    {
        if (context.Isa.VectorsPerBlock > 1) return context.Writer.Block($"for (nint lane = 0; lane < {context.Lanes}; lane += {context.Isa.Floats})");
        return Nothing.Instance;
    }

    /// <summary>A term to add to an offset inside <see cref="BlockVectors"/>.</summary>
    public static string Lane(KernelContext context) => context.Isa.VectorsPerBlock > 1 ? " + lane" : "";

    /// <summary>Loops in each other, the outermost first.</summary>
    public sealed class Nested(params IDisposable[] blocks) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable block in Enumerable.Reverse(blocks)) block.Dispose();
        }
    }

    public sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
            // There is no loop to close.
        }
    }
}
