using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a fully connected layer: every weight is read and written once a step, whatever the number of images, and that is its time.</summary>
internal static class FullyConnectedGradient
{
    /// <summary>More input channels at once than this hide no more latency.</summary>
    private const int MostRows = 8;

    public static void Write(KernelContext context, FullyConnectedGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        int vectors = context.Isa.VectorsPerBlock;
        int rows = Math.Min(MostRows, (context.Isa.Registers - 1 - vectors) / vectors);
        string numbers = string.Concat(FullyConnectedGradientKernel.Geometry(default).Select(number => $"nint {number.Name}, "));
        using (context.Method(k.Name, $"float* x, float* dy, float* dw, nint images, {numbers}nint first, nint last",
            "Gradient of a fully connected layer, all images.\n" +
            "  x    [images] vectors of inputs, xStride floats apart     dy  [images] vectors, dyStride floats apart\n" +
            "  dw   panels, stride floats apart, of [width] biases, [inputs][width], added to\n" +
            $"  tile {SourceWriter.Count(rows, "input channel")} × {SourceWriter.Count(vectors, "vector")}: {rows * vectors} accumulators + {SourceWriter.Count(vectors, "gradient")} + 1 broadcast = {rows * vectors + vectors + 1} of {context.Isa.Registers} registers\n" +
            "  sum  images in order, then added to dw\n" +
            "  work panels first … last − 1"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            using (writer.Block($"for (nint channel = 0; channel < width; channel += {context.Lanes})"))
            {
                writer.Line("float* gt = dy + panel * width + channel;");
                writer.Line("float* wt = dw + panel * stride + channel;");
                using (writer.Block()) WriteTile(context, 0);
                writer.Line("wt += width;");
                writer.Line("nint row = 0;");
                using (writer.Block($"for (; row <= inputs - {rows}; row += {rows}, wt += {rows} * width)")) WriteTile(context, rows);
                using (writer.Block("for (; row < inputs; row++, wt += width)")) WriteTile(context, 1);
            }
        }
    }

    /// <summary>Some input channels times a block of outputs; no input channel at all is the biases.</summary>
    private static void WriteTile(KernelContext context, int rows)
    {
        SourceWriter writer = context.Writer;
        int[] vectors = [.. Enumerable.Range(0, context.Isa.VectorsPerBlock)];
        string Sum(int row, int v) => $"w{row}{KernelContext.Letter(v)}";
        for (int row = 0; row < Math.Max(1, rows); row++) writer.Line(string.Join(" ", vectors.Select(v => $"var {Sum(row, v)} = {context.VectorOfFloat}.Zero;")));
        using (writer.Block("for (nint n = 0; n < images; n++)"))
        {
            writer.Line("float* gk = gt + n * dyStride;");
            if (rows > 0) writer.Line("float* xk = x + n * xStride + row;");
            writer.Line(string.Join(" ", vectors.Select(v => $"var g{KernelContext.Letter(v)} = V.Load({KernelContext.At("gk", v * context.Isa.Floats)});")));
            if (rows == 0) writer.Line(string.Join(" ", vectors.Select(v => $"{Sum(0, v)} += g{KernelContext.Letter(v)};")));
            for (int row = 0; row < rows; row++)
            {
                IEnumerable<string> adds = vectors.Select(v => $"{Sum(row, v)} = {context.Isa.MultiplyAdd("b", $"g{KernelContext.Letter(v)}", Sum(row, v))};");
                writer.Line($"{(row == 0 ? "var " : "")}b = V.Create(xk[{row}]); {string.Join(" ", adds)}");
            }
        }

        for (int row = 0; row < Math.Max(1, rows); row++)
        {
            string place = row == 0 ? "wt" : row == 1 ? "wt + width" : $"wt + {row} * width";
            writer.Line(string.Join(" ", vectors.Select(v => $"V.Store(V.Load({KernelContext.At(place, v * context.Isa.Floats)}) + {Sum(row, v)}, {KernelContext.At(place, v * context.Isa.Floats)});")));
        }
    }
}
