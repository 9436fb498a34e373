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
            using (Loops.BlockVectors(context))
            {
                for (int first = 0; first < size; first += rowsAtOnce)
                {
                    int count = Math.Min(rowsAtOnce, size - first);
                    writer.Line($"// kernel row{(count == 1 ? $" {first}" : $"s {first} … {first + count - 1}")}");
                    using (writer.Block()) WriteKernelRows(context, k, tile, first, count);
                }
            }
        }
    }

    private static string Sum(int row, int tap) => $"s{row}{KernelContext.Letter(tap)}";

    private static void WriteKernelRows(KernelContext context, DepthwiseWeightGradientKernel k, Tile tile, int first, int count)
    {
        SourceWriter writer = context.Writer;
        int size = k.KernelSize;
        bool bias = k.Bias && first == 0;
        for (int row = first; row < first + count; row++)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, size).Select(tap => $"var {Sum(row, tap)} = {context.VectorOfFloat}.Zero;")));
        }

        if (bias) writer.Line($"var sum = {context.VectorOfFloat}.Zero;");
        using (k.Rows > 1 ? writer.Block($"for (nint row = 0; row < {k.Rows}; row++)") : Loops.Nothing.Instance)
        {
            Loops.Tiles(context, tile, k.Columns, outputs => WriteTile(context, k, outputs, first, count, bias));
        }

        string lane = Loops.Lane(context);
        void Add(string sum, int line)
        {
            string place = $"dw + {line * context.Lanes}{lane}";
            writer.Line($"V.Store(V.Load({place}) + {sum}, {place});");
        }

        for (int row = first; row < first + count; row++)
        {
            for (int tap = 0; tap < size; tap++) Add(Sum(row, tap), row * size + tap);
        }

        if (bias) Add("sum", size * size);
    }

    private static void WriteTile(KernelContext context, DepthwiseWeightGradientKernel k, int outputs, int first, int count, bool bias)
    {
        SourceWriter writer = context.Writer;
        string lane = Loops.Lane(context);
        writer.Line($"float* dt = dy + position{(k.Rows > 1 ? $" + row * {k.GradientRow}" : "")}{lane};");
        writer.Line($"nint from = position{(k.Stride > 1 ? $" * {k.Stride}" : "")}{(k.Rows > 1 ? $" + row * {k.Stride * k.InputRow}" : "")}{lane};");
        writer.Line(string.Join(" ", Enumerable.Range(0, outputs).Select(output => $"var d{output} = V.Load({KernelContext.At("dt", output * context.Lanes)});")));
        if (bias) writer.Line(string.Join(" ", Enumerable.Range(0, outputs).Select(output => $"sum += d{output};")));
        for (int row = first; row < first + count; row++)
        {
            writer.Line($"{(row == first ? "float* " : "")}xt = x{row} + from;");
            string declare = row == first ? "var " : "";
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
