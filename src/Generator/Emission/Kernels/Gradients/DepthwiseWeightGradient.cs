using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes what rows of outputs add to the gradient of depthwise weights: the gradients of a tile of outputs stay in registers, each input column is loaded once per kernel row.</summary>
internal static class DepthwiseWeightGradient
{
    public static void Write(KernelContext context, DepthwiseWeightGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        int size = k.KernelSize;
        (Tile tile, int rowsAtOnce) = TileSelector.ForDepthwiseWeights(context.Isa, k.Columns, size, k.Stride, k.Bias);
        string rows = string.Join(", ", Enumerable.Range(0, size).Select(row => $"float* x{row}"));
        using (context.Method(k.Name, $"{rows}, float* dy, float* dw",
            $"Gradient of depthwise weights {size}×{size}, stride {k.Stride}, 16 channels: what {SourceWriter.Count(k.Rows, "row")} of {k.Columns} outputs add{(k.Rows > 1 ? "" : "s")} to it.\n" +
            $"  x0 … x{size - 1}  the input rows under the kernel, zero borders included, [column][16]{(k.Rows > 1 ? $"; the next output row's {k.Stride * k.InputRow} floats on" : "")}\n" +
            $"  dy   gradient of the outputs, [{k.Columns}][16]{(k.Rows > 1 ? $", rows {k.GradientRow} floats apart" : "")}     dw  [{size * size} taps, then bias][16]; {(k.Bias ? "added to" : "the taps are added to")}\n" +
            $"  tile {tile.Rows} outputs{(tile.Short == 0 ? "" : $", the last {SourceWriter.Count(tile.Short, "tile")} of {tile.Rows - 1}")} × {SourceWriter.Count(rowsAtOnce, "kernel row")}: {rowsAtOnce * size + (k.Bias ? 1 : 0)} sums + {tile.Rows} gradients + 1 input of {context.Isa.Registers} registers\n" +
            "  sum  output by output from zero, then added to dw"))
        {
            int whole = size / rowsAtOnce * rowsAtOnce;
            bool loops = whole > rowsAtOnce;
            if (loops) writer.Line($"float** inputs = stackalloc float*[] {{ {string.Join(", ", Enumerable.Range(0, whole).Select(row => $"x{row}"))} }};");
            using (Loops.BlockVectors(context))
            {
                WritePart(new KernelRows(loops ? "over" : null, First: 0, rowsAtOnce, k.Bias && !loops), loops ? $"for (nint over = 0; over < {whole}; over += {rowsAtOnce})" : "");
                if (whole < size) WritePart(new KernelRows(null, whole, size - whole, Bias: false), "");
                if (k.Bias && loops) WritePart(new KernelRows(null, First: 0, Count: 0, Bias: true), "");
            }

            void WritePart(KernelRows part, string head)
            {
                using (rowsAtOnce < size ? writer.Block(head) : Loops.Nothing.Instance) WriteKernelRows(context, k, tile, part);
            }
        }
    }

    /// <summary>Rows of the kernel whose sums are made at once.</summary>
    /// <param name="Over">The variable that counts the rows before them, where a loop makes one group after the other.</param>
    /// <param name="First">The first row, after those.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Bias">Whether the bias's sum is made beside them.</param>
    private sealed record KernelRows(string? Over, int First, int Count, bool Bias)
    {
        /// <summary>The input row under one of them.</summary>
        public string Input(int row) => Over is null ? $"x{First + row}" : $"inputs[{Over}{(row == 0 ? "" : $" + {row}")}]";
    }

    private static string Sum(int row, int tap) => $"s{row}{KernelContext.Letter(tap)}";

    private static void WriteKernelRows(KernelContext context, DepthwiseWeightGradientKernel k, Tile tile, KernelRows part)
    {
        SourceWriter writer = context.Writer;
        int size = k.KernelSize;
        for (int row = 0; row < part.Count; row++)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, size).Select(tap => $"var {Sum(row, tap)} = {context.VectorOfFloat}.Zero;")));
        }

        if (part.Bias) writer.Line($"var sum = {context.VectorOfFloat}.Zero;");
        using (k.Rows > 1 ? writer.Block($"for (nint row = 0; row < {k.Rows}; row++)") : Loops.Nothing.Instance)
        {
            Loops.Tiles(context, tile, k.Columns, outputs => WriteTile(context, k, outputs, part));
        }

        writer.Line($"float* wt = dw{(part.Over is null ? "" : $" + {part.Over} * {size * context.Lanes}")}{Loops.Lane(context)};");
        string Add(string sum, int line)
        {
            string place = KernelContext.At("wt", line * context.Lanes);
            return $"V.Store(V.Load({place}) + {sum}, {place});";
        }

        for (int row = 0; row < part.Count; row++)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, size).Select(tap => Add(Sum(row, tap), (part.First + row) * size + tap))));
        }

        if (part.Bias) writer.Line(Add("sum", size * size));
    }

    private static void WriteTile(KernelContext context, DepthwiseWeightGradientKernel k, int outputs, KernelRows part)
    {
        SourceWriter writer = context.Writer;
        string lane = Loops.Lane(context);
        writer.Line($"float* dt = dy + position{(k.Rows > 1 ? $" + row * {k.GradientRow}" : "")}{lane};");
        if (part.Count > 0) writer.Line($"nint from = position{(k.Stride > 1 ? $" * {k.Stride}" : "")}{(k.Rows > 1 ? $" + row * {k.Stride * k.InputRow}" : "")}{lane};");
        writer.Line(string.Join(" ", Enumerable.Range(0, outputs).Select(output => $"var d{output} = V.Load({KernelContext.At("dt", output * context.Lanes)});")));
        if (part.Bias) writer.Line(string.Join(" ", Enumerable.Range(0, outputs).Select(output => $"sum += d{output};")));
        for (int row = 0; row < part.Count; row++)
        {
            writer.Line($"{(row == 0 ? "float* " : "")}xt = {part.Input(row)} + from;");
            string declare = row == 0 ? "var " : "";
            for (int column = 0; column < (outputs - 1) * k.Stride + k.KernelSize; column++)
            {
                string[] adds = (
                    from tap in Enumerable.Range(0, k.KernelSize)
                    let distance = column - tap
                    where distance >= 0 && distance % k.Stride == 0 && distance / k.Stride < outputs
                    let sum = Sum(row, tap)
                    select $"{sum} = {context.Isa.MultiplyAdd("b", $"d{distance / k.Stride}", sum)};").ToArray();
                if (adds.Length == 0) continue;
                writer.Line($"{declare}b = V.Load({KernelContext.At("xt", column * context.Lanes)}); {string.Join(" ", adds)}");
                declare = "";
            }
        }
    }
}
