using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the two transforms of Winograd's F(2×2, 3×3): of the inputs before the products, and of the products to outputs.</summary>
internal static class WinogradTiles
{
    /// <summary>Transforms inputs: Bᵀ d B of every tile's four by four inputs d. Columns of the map are transformed once, for the two tiles that have them.</summary>
    public static void WriteInput(KernelContext context, WinogradInputKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes, blocks = MapLayout.Blocks(kernel.Source.Channels);
        using (context.Method(kernel.Name, "float* x, float* tiles, nint band",
            $"Inputs of the tiles of F(2×2, 3×3) for {kernel.Rows} rows of {kernel.Width} outputs, transformed: Bᵀ d B of every 4×4 inputs d; zeros beyond the map.\n" +
            $"  x      [{blocks}][{kernel.Source.Height}][{kernel.Source.Width}][16]\n" +
            $"  tiles  [16 points], {kernel.MatrixFloats} floats apart, of [{blocks}][{kernel.TileRows}][{kernel.TileColumns}][16]; behind them zeros\n" +
            $"  band   which {kernel.Rows} rows of {kernel.Height}"))
        {
            writer.Line($"float* zeros = tiles + {Winograd.Points * kernel.MatrixFloats};");
            using (Loops.BlockVectors(context)) writer.Line($"V.Store({context.VectorOfFloat}.Zero, zeros{Loops.Lane(context)});");
            using (writer.Block($"for (nint block = 0; block < {blocks}; block++)"))
            using (Loops.BlockVectors(context))
            using (kernel.TileRows > 1 ? writer.Block($"for (nint row = 0; row < {kernel.TileRows}; row++)") : Loops.Nothing.Instance)
            {
                string row = kernel.TileRows > 1 ? $" + row * {kernel.TileColumns * lanes}" : "";
                WriteRows(context, kernel);
                writer.Line($"float* to = tiles + block * {kernel.Columns * lanes}{row}{Loops.Lane(context)};");
                WriteTiles(context, kernel);
            }
        }
    }

    /// <summary>Pointers to the four rows of the map under a row of tiles. A row beyond the map is one position of zeros, which is never left.</summary>
    private static void WriteRows(KernelContext context, WinogradInputKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int floats = kernel.RowFloats, height = kernel.Source.Height;
        string lane = Loops.Lane(context);
        writer.Line($"nint top = band * {kernel.Rows}{(kernel.TileRows > 1 ? $" + row * {Winograd.Outputs}" : "")} - {kernel.Geometry.PadTop};");
        writer.Line($"float* map = x + block * {MapLayout.Plane(kernel.Source)}{lane};");
        for (int i = 0; i < Winograd.Inputs; i++)
        {
            string place = i == 0 ? $"map + top * {floats}" : $"map + (top + {i}) * {floats}";
            string inside = i == 0 ? "top >= 0" : $"top + {i} < {height}";
            writer.Line($"float* x{i} = {inside} ? {place} : zeros{lane}; nint step{i} = {inside} ? {context.Lanes} : 0;");
        }
    }

    private static void WriteTiles(KernelContext context, WinogradInputKernel kernel)
    {
        SourceWriter writer = context.Writer;
        string zero = $"{context.VectorOfFloat}.Zero";
        writer.Line("// Bᵀ d: the map's columns from that before the first on, a tile's being a, b, c, d");
        writer.Line(Each(i => $"var a{i} = {zero};"));
        Column("b", "var ");
        if (kernel.Width > 1) Next();
        if (kernel.TileColumns > 1)
        {
            using (writer.Block($"for (nint tile = 1; tile < {kernel.TileColumns}; tile++)"))
            {
                Column("c");
                Next();
                Column("d");
                Next();
                Tile("c", i => $"b{i} - d{i}");
                writer.Line(Each(i => $"a{i} = c{i}; b{i} = d{i};"));
                writer.Line($"to += {context.Lanes};");
            }
        }

        writer.Line($"// the last tile, whose last {(kernel.Width % Winograd.Outputs == 0 ? "column is" : "two columns are")} beyond the map");
        if (kernel.Width % Winograd.Outputs == 0) Column("last");
        else writer.Line(Each(i => $"var last{i} = {zero};"));
        Tile("last", i => $"b{i}");

        // Bᵀ d of a column of the map.
        void Column(string name, string declared = "")
        {
            writer.Line(Each(i => $"{declared}{"pqrs"[i]} = V.Load(x{i});"));
            writer.Line($"var {name}0 = p - r; var {name}1 = q + r; var {name}2 = r - q; var {name}3 = q - s;");
        }

        void Next() => writer.Line(Each(i => $"x{i} += step{i};"));

        // (Bᵀ d) B of a tile.
        void Tile(string third, Func<int, string> last)
        {
            for (int i = 0; i < Winograd.Inputs; i++)
            {
                string[] values = [$"a{i} - {third}{i}", $"b{i} + {third}{i}", $"{third}{i} - b{i}", last(i)];
                writer.Line(Each(j => $"V.Store({values[j]}, {KernelContext.At("to", (i * Winograd.Inputs + j) * kernel.MatrixFloats)});"));
            }
        }
    }

    /// <summary>Makes outputs of products: Aᵀ m A of every tile's four by four sums m.</summary>
    public static void WriteOutput(KernelContext context, WinogradOutputKernel kernel)
    {
        using (context.Method(kernel.Name, "float* m, float* y, nint rows",
            $"Outputs of the tiles of F(2×2, 3×3) for {kernel.Rows} rows of {kernel.Width} outputs: Aᵀ m A of every 4×4 products m.\n" +
            $"  m     [16 points], {kernel.PointFloats} floats apart, of [{kernel.Blocks}][{kernel.TileRows}][{kernel.TileColumns}][16]\n" +
            $"  y     [{kernel.Blocks}] blocks, {kernel.OutputPlane} floats apart, of [{kernel.Rows}][{kernel.Width}][16]\n" +
            "  rows  rows of y that are made, fewer at the end of a map"))
        {
            context.ClampConstants(kernel.Clamp);
            ForTiles(context, kernel, points: "m", outputs: "y", makesOutputs: true, columns => WriteOutputs(context, kernel, columns));
        }
    }

    /// <summary>
    /// Writes the loops over the tiles of a band's blocks, between the matrices of their points and their outputs: <c>from</c> and <c>to</c> are a tile's places there, <c>both</c> says whether
    /// it has two rows of outputs. The body is written for tiles of two columns, and for the last one of a row where it has one.
    /// </summary>
    /// <param name="context">Text and instruction set.</param>
    /// <param name="kernel">The geometry.</param>
    /// <param name="points">The first point's matrix.</param>
    /// <param name="outputs">The first output.</param>
    /// <param name="makesOutputs">Whether outputs are made of points, and not points of outputs.</param>
    /// <param name="body">Writes what is done with a tile of some columns.</param>
    public static void ForTiles(KernelContext context, WinogradOutputsKernel kernel, string points, string outputs, bool makesOutputs, Action<int> body)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes, whole = kernel.Width / Winograd.Outputs;
        using (writer.Block($"for (nint block = 0; block < {kernel.Blocks}; block++)"))
        using (Loops.BlockVectors(context))
        using (writer.Block($"for (nint row = 0; row < rows; row += {Winograd.Outputs})"))
        {
            string lane = Loops.Lane(context);
            string point = $"{points} + block * {kernel.Columns * lanes} + row * {kernel.TileColumns * lanes / Winograd.Outputs}{lane}";
            string output = $"{outputs} + block * {kernel.OutputPlane} + row * {kernel.Width * lanes}{lane}";
            writer.Line($"float* from = {(makesOutputs ? point : output)};");
            writer.Line($"float* to = {(makesOutputs ? output : point)};");
            writer.Line("bool both = row + 1 < rows;");
            if (whole > 0)
            {
                using (writer.Block($"for (nint tile = 0; tile < {whole}; tile++)"))
                {
                    body(Winograd.Outputs);
                    writer.Line($"from += {(makesOutputs ? 1 : Winograd.Outputs) * lanes}; to += {(makesOutputs ? Winograd.Outputs : 1) * lanes};");
                }
            }

            if (kernel.Width % Winograd.Outputs > 0)
            {
                using (writer.Block()) body(1);
            }
        }
    }

    /// <summary>A tile's outputs in some of its columns.</summary>
    private static void WriteOutputs(KernelContext context, WinogradOutputKernel kernel, int columns)
    {
        SourceWriter writer = context.Writer;
        // Of each column of products the upper and the lower output: Aᵀ m.
        for (int j = 0; j < columns + Winograd.Kernel - 1; j++)
        {
            writer.Line(Each(i => $"var {"pqrs"[i]}{j} = V.Load({KernelContext.At("from", (i * Winograd.Inputs + j) * kernel.PointFloats)});"));
            writer.Line($"var upper{j} = p{j} + q{j} + r{j}; var lower{j} = q{j} - r{j} - s{j};");
        }

        Store("upper", 0);
        using (writer.Block("if (both)")) Store("lower", kernel.Width * context.Lanes);

        // (Aᵀ m) A of a row.
        void Store(string row, int at)
        {
            string[] values = [$"{row}0 + {row}1 + {row}2", $"{row}1 - {row}2 - {row}3"];
            writer.Line(string.Join(" ", values.Take(columns).Select((value, j) =>
                $"V.Store({KernelContext.Clamped(kernel.Clamp, value)}, {KernelContext.At("to", at + j * context.Lanes)});")));
        }
    }

    /// <summary>A text for each of some numbers, of a tile's inputs where nothing else is said.</summary>
    public static string Each(Func<int, string> text, int count = Winograd.Inputs) => string.Join(" ", Enumerable.Range(0, count).Select(text));
}
