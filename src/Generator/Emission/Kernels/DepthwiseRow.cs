using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes one output row of a depthwise convolution: each input column is loaded once per kernel row and used by every output that needs it.</summary>
internal static class DepthwiseRow
{
    /// <summary>Columns of a tile whose SiLU is made step by step.</summary>
    private const int ColumnsAtOnce = 2;

    public static void Write(KernelContext context, DepthwiseRowKernel kernel) => WriteRow(context, kernel, activated: null);

    public static void Write(KernelContext context, ActivatedDepthwiseRowKernel kernel)
    {
        if (context.Form == SiluForm.ByDivision) WriteRow(context, kernel.Row, kernel);
        else WriteCalls(context, kernel);
    }

    /// <summary>Writes a row, and where it is activated applies its pass to each tile before it is stored.</summary>
    private static void WriteRow(KernelContext context, DepthwiseRowKernel kernel, ActivatedDepthwiseRowKernel? activated)
    {
        RowPassKernel? pass = activated?.Pass;
        SourceWriter writer = context.Writer;
        Tile tile = TileSelector.ForDepthwise(context.Isa, kernel.Columns, kernel.KernelSize);
        int size = kernel.KernelSize;
        bool sums = pass is { Sum: true };
        string beside = activated is null ? "" : $" + {activated.ActivationRegisters} of the activation{(sums ? " and the sum" : "")}";
        string registers = $"{tile.Rows} accumulators + {size} taps + 1 input{beside} = {activated?.RegistersOf(tile) ?? kernel.RegistersOf(tile)}";
        using (context.Method(activated?.Name ?? kernel.Name, Parameters(size, pass),
            $"Depthwise convolution {size}×{size}, stride {kernel.Stride}, blocks of 16 channels, one row of {kernel.Columns} outputs{After(pass)}.\n" +
            $"  x0 … x{size - 1}  the input rows under the kernel, zero borders included: [blocks], {kernel.InputBlockStride} floats apart, of [column][16]\n" +
            $"  w    [blocks][{size * size} taps, then bias][16]     y  [blocks], {kernel.OutputBlockStride} floats apart{(sums ? "     sum  [blocks][16]" : "")}\n" +
            $"  tile {tile.Rows} columns × 1 vector: {registers} of {context.Isa.Registers} registers\n" +
            $"  sum  bias first, then row by row, left to right{(sums ? "; over positions one by one" : "")}"))
        {
            context.ClampConstants(kernel.Clamp);
            if (pass is not null) ActivationText.Constants(context, pass.Activation);
            using (writer.Block("for (nint block = 0; block < blocks; block++)"))
            using (Loops.BlockVectors(context))
            {
                string sum = $"sum + block * {context.Lanes}{Loops.Lane(context)}";
                if (sums) writer.Line($"var total = V.Load({sum});");
                Loops.Tiles(context, tile, kernel.Columns, _ => WriteTile(context, kernel, tile, pass));
                if (sums) writer.Line($"V.Store(total, {sum});");
            }
        }
    }

    /// <summary>Writes row and pass one after the other, where tiles are not activated.</summary>
    private static void WriteCalls(KernelContext context, ActivatedDepthwiseRowKernel kernel)
    {
        (DepthwiseRowKernel row, RowPassKernel pass) = (kernel.Row, kernel.Pass);
        using (context.Method(kernel.Name, Parameters(row.KernelSize, pass), $"One row of {row.Name}{After(pass)}."))
        {
            context.Writer.Line($"{row.Name}({Inputs(row.KernelSize, "x")}, w, y, blocks);");
            context.Writer.Line($"{context.InThisForm(pass.Name)}(y, {(pass.Sum ? "sum, " : "")}{RowPassKernel.Geometry("blocks", row.Columns, row.OutputBlockStride)});");
        }
    }

    private static string Parameters(int size, RowPassKernel? pass) => $"{Inputs(size, "float* x")}, float* w, float* y, {(pass is { Sum: true } ? "float* sum, " : "")}nint blocks";

    /// <summary>The rows under the kernel, as parameters or as arguments.</summary>
    public static string Inputs(int size, string x) => string.Join(", ", Enumerable.Range(0, size).Select(row => $"{x}{row}"));

    private static string After(RowPassKernel? pass) => pass is null ? "" : $", then {pass.Activation}{(pass.Sum ? ", and its sum over positions added to sum" : "")}";

    private static void WriteTile(KernelContext context, DepthwiseRowKernel kernel, Tile tile, RowPassKernel? pass)
    {
        SourceWriter writer = context.Writer;
        int size = kernel.KernelSize;
        int taps = size * size;
        string lane = Loops.Lane(context);
        writer.Line($"float* wt = w + block * {(taps + 1) * context.Lanes}{lane};");
        writer.Line($"nint from = position{(kernel.Stride > 1 ? $" * {kernel.Stride}" : "")} + block * {kernel.InputBlockStride}{lane};");
        writer.Line($"float* yt = y + position + block * {kernel.OutputBlockStride}{lane};");
        writer.Line($"var y0 = V.Load(wt + {taps * context.Lanes});");
        if (tile.Rows > 1) writer.Line(string.Join(" ", Enumerable.Range(1, tile.Rows - 1).Select(column => $"var y{column} = y0;")));
        for (int row = 0; row < size; row++) WriteKernelRow(context, kernel, tile, row);
        string Place(int column) => KernelContext.At("yt", column * context.Lanes);
        if (pass is null)
        {
            for (int column = 0; column < tile.Rows; column++) writer.Line($"V.Store({KernelContext.Clamped(kernel.Clamp, $"y{column}")}, {Place(column)});");
            return;
        }

        for (int column = 0; column < tile.Rows; column += ColumnsAtOnce)
        {
            int[] columns = Enumerable.Range(column, Math.Min(ColumnsAtOnce, tile.Rows - column)).ToArray();
            SiluText.ApplyByDivision(context, columns.Select(one => $"y{one}").ToArray());
            writer.Line(string.Join(" ", columns.Select(one => $"V.Store(y{one}, {Place(one)});{(pass.Sum ? $" total += y{one};" : "")}")));
        }
    }

    private static void WriteKernelRow(KernelContext context, DepthwiseRowKernel kernel, Tile tile, int row)
    {
        SourceWriter writer = context.Writer;
        int size = kernel.KernelSize;
        string declare = row == 0 ? "var " : "";
        writer.Line($"// kernel row {row}");
        writer.Line(string.Join(" ", Enumerable.Range(0, size).Select(tap => $"{declare}w{tap} = V.Load({KernelContext.At("wt", (row * size + tap) * context.Lanes)});")));
        writer.Line($"{(row == 0 ? "float* " : "")}xt = x{row} + from;");
        int columns = (tile.Rows - 1) * kernel.Stride + size;
        for (int input = 0; input < columns; input++)
        {
            var adds = new List<string>();
            for (int tap = 0; tap < size; tap++)
            {
                int distance = input - tap;
                if (distance % kernel.Stride != 0 || distance < 0 || distance / kernel.Stride >= tile.Rows) continue;
                string y = $"y{distance / kernel.Stride}";
                adds.Add($"{y} = {context.Isa.MultiplyAdd("b", $"w{tap}", y)};");
            }

            if (adds.Count == 0) continue;
            writer.Line($"{(row == 0 && input == 0 ? "var " : "")}b = V.Load({KernelContext.At("xt", input * context.Lanes)}); {string.Join(" ", adds)}");
        }
    }
}
