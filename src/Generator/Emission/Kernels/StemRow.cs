using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes one row of the stem, and the copying of the image rows that it reads.</summary>
internal static class StemRow
{
    public static void Write(KernelContext context, StemRowKernel kernel)
    {
        SourceWriter writer = context.Writer;
        Tile tile = TileSelector.ForStem(context.Isa, kernel.Columns, kernel.Blocks, kernel.KernelSize);
        int vectors = tile.Vectors;
        int outputs = kernel.Blocks * context.Lanes;
        using (context.Method(kernel.Name, "float* x, float* w, float* bias, float* y",
            $"Stem convolution {kernel.KernelSize}×{kernel.KernelSize}, stride {kernel.Stride}, {kernel.Channels} → {outputs} channels, one row of {kernel.Columns} outputs.\n" +
            $"  x    [{kernel.Channels}][{kernel.KernelSize} rows][{kernel.InputPitch}]: the image rows under the kernel, zero borders included\n" +
            $"  w    [{kernel.Channels}][{kernel.KernelSize}][{kernel.KernelSize}][{outputs}]     y  [{kernel.Blocks}] blocks, {kernel.OutputBlockStride} floats apart\n" +
            $"  tile {tile.Rows} positions × {vectors} vectors: {tile.Rows * vectors} accumulators + {kernel.KernelSize * vectors} weights of a kernel row + 1 broadcast = {(tile.Rows + kernel.KernelSize) * vectors + 1} of {context.Isa.Registers} registers\n" +
            "       each image column is broadcast once per kernel row and used by every output that needs it\n" +
            "  sum  bias first, then colour by colour, row by row, left to right"))
        {
            context.ClampConstants(kernel.Clamp);
            Loops.Tiles(context, tile, kernel.Columns, _ =>
            {
                var pass = new PanelPass(context, kernel.Blocks * context.Isa.VectorsPerBlock, vectors, kernel.OutputBlockStride);
                using (pass.Loop()) WriteTile(context, kernel, tile, pass.IsOnly);
            });
        }
    }

    private static void WriteTile(KernelContext context, StemRowKernel kernel, Tile tile, bool one)
    {
        SourceWriter writer = context.Writer;
        int vectors = tile.Vectors;
        for (int v = 0; v < vectors; v++) writer.Line($"var y0{KernelContext.Letter(v)} = V.Load(bias{(one ? "" : " + channel")} + {v * context.Isa.Floats});");
        for (int row = 1; row < tile.Rows; row++)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(v => $"var y{row}{KernelContext.Letter(v)} = y0{KernelContext.Letter(v)};")));
        }

        writer.Line($"float* xk = x + position / {context.Lanes} * {kernel.Stride};");
        writer.Line(one ? "float* wk = w;" : "float* wk = w + channel;");
        using (writer.Block($"for (nint colour = 0; colour < {kernel.Channels}; colour++)"))
        {
            WriteTaps(context, kernel, tile, vectors, kernel.Blocks * context.Lanes);
            writer.Line($"xk += {kernel.KernelSize * kernel.InputPitch};");
            writer.Line($"wk += {kernel.KernelSize * kernel.KernelSize * kernel.Blocks * context.Lanes};");
        }

        writer.Line($"float* yt = y + position{(one ? "" : $" + channel * {kernel.OutputBlockStride / context.Lanes}")};");
        for (int row = 0; row < tile.Rows; row++)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(v =>
                $"V.Store({KernelContext.Clamped(kernel.Clamp, $"y{row}{KernelContext.Letter(v)}")}, yt + {v / context.Isa.VectorsPerBlock * kernel.OutputBlockStride + row * context.Lanes + v % context.Isa.VectorsPerBlock * context.Isa.Floats});")));
        }
    }

    private static void WriteTaps(KernelContext context, StemRowKernel kernel, Tile tile, int vectors, int outputs)
    {
        SourceWriter writer = context.Writer;
        int size = kernel.KernelSize;
        for (int ky = 0; ky < size; ky++)
        {
            string declare = ky == 0 ? "var " : "";
            writer.Line($"// kernel row {ky}");
            for (int kx = 0; kx < size; kx++)
            {
                writer.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(v => $"{declare}w{kx}{KernelContext.Letter(v)} = V.Load({KernelContext.At("wk", (ky * size + kx) * outputs + v * context.Isa.Floats)});")));
            }

            for (int column = 0; column <= (tile.Rows - 1) * kernel.Stride + size - 1; column++)
            {
                IEnumerable<string> adds =
                    from kx in Enumerable.Range(0, size)
                    let distance = column - kx
                    where distance >= 0 && distance % kernel.Stride == 0 && distance / kernel.Stride < tile.Rows
                    from v in Enumerable.Range(0, vectors)
                    let y = $"y{distance / kernel.Stride}{KernelContext.Letter(v)}"
                    select $"{y} = {context.Isa.MultiplyAdd("b", $"w{kx}{KernelContext.Letter(v)}", y)};";
                writer.Line($"{(column == 0 ? declare : "")}b = V.Create(xk[{ky * kernel.InputPitch + column}]); {string.Join(" ", adds)}");
            }
        }
    }

    /// <summary>
    /// Writes the loops that copy the image rows under output row <c>made</c> from <c>x</c> (planes of the image) to
    /// <c>image</c>; rows above and below the image are zeros, columns outside were set to zero before.
    /// </summary>
    public static void WriteImageRows(KernelContext context, Graph.Shape image, Graph.ConvolutionGeometry geometry, int pitch)
    {
        SourceWriter writer = context.Writer;
        using (writer.Block($"for (nint line = 0; line < {image.Channels * geometry.Kernel}; line++)"))
        {
            writer.Line($"nint channel = line / {geometry.Kernel};");
            writer.Line($"nint above = made * {geometry.Stride} - {geometry.PadTop} + line - channel * {geometry.Kernel};");
            writer.Line($"float* to = image + line * {pitch} + {geometry.PadLeft};");
            using (writer.Block($"if (above < 0 || above >= {image.Height})"))
            {
                writer.Line($"new Span<float>(to, {image.Width}).Clear();");
                writer.Line("continue;");
            }

            writer.Line($"float* from = x + (channel * {image.Height} + above) * {image.Width};");
            writer.Line($"new ReadOnlySpan<float>(from, {image.Width}).CopyTo(new Span<float>(to, {image.Width}));");
            if (!context.Isa.IsX86) return;
            // Only those that the row before has not: a fetch for each line of the image.
            using (writer.Block($"if (line - channel * {geometry.Kernel} >= {geometry.Kernel - geometry.Stride})"))
            using (writer.Block($"for (nint at = 0; at < {image.Width}; at += {PrefetchPlan.LineFloats})"))
            {
                context.Fetch($"from + {PrefetchPlan.AheadInImage * geometry.Stride * image.Width} + at");
            }
        }
    }
}
