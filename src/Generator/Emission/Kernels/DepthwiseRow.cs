using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes one output row of a depthwise convolution: each input column is loaded once per kernel row and used by every output that needs it.</summary>
internal static class DepthwiseRow
{
    public static void Write(KernelContext context, DepthwiseRowKernel kernel)
    {
        SourceWriter writer = context.Writer;
        Tile tile = TileSelector.ForDepthwise(context.Isa, kernel.Columns, kernel.KernelSize);
        int size = kernel.KernelSize;
        string rows = string.Join(", ", Enumerable.Range(0, size).Select(row => $"float* x{row}"));
        using (context.Method(kernel.Name, $"{rows}, float* w, float* y, nint blocks",
            $"Depthwise convolution {size}×{size}, stride {kernel.Stride}, blocks of 16 channels, one row of {kernel.Columns} outputs.\n" +
            $"  x0 … x{size - 1}  the input rows under the kernel, zero borders included: [blocks], {kernel.InputBlockStride} floats apart, of [column][16]\n" +
            $"  w    [blocks][{size * size} taps, then bias][16]     y  [blocks], {kernel.OutputBlockStride} floats apart\n" +
            $"  tile {tile.Rows} columns × 1 vector: {tile.Rows} accumulators + {size} taps + 1 input = {tile.Rows + size + 1} of {context.Isa.Registers} registers\n" +
            "  sum  bias first, then row by row, left to right"))
        {
            context.ClampConstants(kernel.Clamp);
            using (writer.Block("for (nint block = 0; block < blocks; block++)"))
            using (Loops.BlockVectors(context))
            {
                Loops.Tiles(context, tile, kernel.Columns, _ => WriteTile(context, kernel, tile));
            }
        }
    }

    private static void WriteTile(KernelContext context, DepthwiseRowKernel kernel, Tile tile)
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
        for (int column = 0; column < tile.Rows; column++)
        {
            writer.Line($"V.Store({KernelContext.Clamped(kernel.Clamp, $"y{column}")}, {KernelContext.At("yt", column * context.Lanes)});");
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
