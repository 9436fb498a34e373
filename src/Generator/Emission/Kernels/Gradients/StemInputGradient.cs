using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>
/// Writes the gradient of the image: a pixel gathers from the outputs whose kernels covered it, sixteen channels at a time, and its lanes are
/// added up at the end. Pixels a stride apart meet the same taps, so that the weights of a tap are loaded once for a tile of them.
/// </summary>
internal static class StemInputGradient
{
    public static void Write(KernelContext context, StemInputGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, int lanes) = (k.Geometry.Kernel, k.Geometry.Stride, context.Lanes);
        int row = k.Output.Width * lanes;
        using (context.Method(k.Name, "float* dy, float* weights, float* dx, float* scratch, nint first, nint last",
            $"Gradient of the image that the stem reads, {k.Image} → {k.Output}, one image.\n" +
            $"  dy       gradient of the stem's map     weights  for each panel [{k.PanelBlocks * lanes}] bias, [colour][{size}][{size}][{k.PanelBlocks * lanes}]\n" +
            $"  dx       [{k.Image.Channels}][{k.Image.Height}][{k.Image.Width}]\n" +
            $"  scratch  the rows of dy that reach one row of the image: [{SourceWriter.Count(k.GradientRows, "row")}][{SourceWriter.Count(k.Blocks, "block")}][{k.GradientRow / lanes} columns, {SourceWriter.Count(k.Border, "zero")} left][16]\n" +
            "  sum      for each lane kernel row by kernel row, block by block, left to right; then over lanes\n" +
            $"  work     {SourceWriter.Count(k.Image.Height, "row")}; rows first … last − 1 are made here"))
        {
            writer.Line($"new Span<float>(scratch, {k.ScratchFloats}).Clear(); // zero borders");
            using (writer.Block("for (nint row = first; row < last; row++)"))
            {
                writer.Line($"// output row reach − i applies kernel row least + {stride} · i to this row, for i from … end − 1");
                writer.Line($"nint reach = (row + {k.Geometry.PadTop}) / {stride};");
                writer.Line($"nint least = row + {k.Geometry.PadTop} - reach * {stride};");
                writer.Line($"nint from = Math.Max(0, reach - {k.Output.Height - 1});");
                writer.Line($"nint end = Math.Min(reach + 1, ({size + stride - 1} - least) / {stride});");
                using (writer.Block("for (nint i = from; i < end; i++)"))
                {
                    writer.Line($"for (nint block = 0; block < {k.Blocks}; block++) new ReadOnlySpan<float>(dy + block * {MapLayout.Plane(k.Output)} + (reach - i) * {row}, {row})" +
                        $".CopyTo(new Span<float>(scratch + (i * {k.Blocks} + block) * {k.GradientRow} + {k.Border * lanes}, {row}));");
                }

                for (int tap = 0; tap < stride; tap++) WriteColumns(context, k, tap);
            }
        }
    }

    /// <summary>Where the columns of output block <c>block</c> begin in panels of weights.</summary>
    public static string BlockOfPanel(int panelBlocks, int panelStride) =>
        panelBlocks == 1 ? $"block * {panelStride}" : $"block / {panelBlocks} * {panelStride} + block % {panelBlocks} * {MapLayout.Lanes}";

    /// <summary>The pixels of the row that the kernels' columns <paramref name="leastTap"/> and those a stride apart cover.</summary>
    private static void WriteColumns(KernelContext context, StemInputGradientKernel k, int leastTap)
    {
        SourceWriter writer = context.Writer;
        (int stride, int pad, int colours) = (k.Geometry.Stride, k.Geometry.PadLeft, k.Image.Channels);
        int first = ((leastTap - pad) % stride + stride) % stride;
        if (first >= k.Image.Width) return;
        int columns = (k.Image.Width - 1 - first) / stride + 1;
        Tile tile = TileSelector.ForStemInput(context.Isa, columns, colours);
        writer.Line($"// columns {first}{(stride == 1 ? " …" : $", {first + stride} …")}");
        Loops.Tiles(context, tile, columns, pixels =>
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                writer.Line(string.Join(" ", Enumerable.Range(0, colours).Select(colour => $"var {Sum(pixel, colour)} = {context.VectorOfFloat}.Zero;")));
            }

            WriteSums(context, k, leastTap, (first + pad) / stride, pixels);
            writer.Line($"float* to = dx + row * {k.Image.Width} + position / {context.Lanes} * {stride}{(first == 0 ? "" : $" + {first}")};");
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                writer.Line(string.Join(" ", Enumerable.Range(0, colours).Select(colour => $"to[{colour * k.Image.Height * k.Image.Width + pixel * stride}] = V.Sum({Sum(pixel, colour)});")));
            }
        });
    }

    private static void WriteSums(KernelContext context, StemInputGradientKernel k, int leastTap, int reach, int pixels)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, int colours, int lanes) = (k.Geometry.Kernel, k.Geometry.Stride, k.Image.Channels, context.Lanes);
        int panel = k.PanelBlocks * lanes;
        if (leastTap >= size) return;
        using (writer.Block("for (nint i = from; i < end; i++)"))
        using (writer.Block($"for (nint block = 0; block < {k.Blocks}; block++)"))
        using (Loops.BlockVectors(context))
        {
            string lane = Loops.Lane(context);
            writer.Line($"float* dt = scratch + (i * {k.Blocks} + block) * {k.GradientRow} + position{lane};");
            writer.Line($"float* wt = weights + {BlockOfPanel(k.PanelBlocks, k.PanelStride)} + (least + i * {stride}) * {size * panel} + {panel}{lane};");
            string declareWeights = "var ", declare = "var ";
            for (int tap = leastTap; tap < size; tap += stride)
            {
                writer.Line(string.Join(" ", Enumerable.Range(0, colours).Select(colour => $"{declareWeights}w{colour} = V.Load({KernelContext.At("wt", (colour * size * size + tap) * panel)});")));
                declareWeights = "";
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    int column = k.Border + reach + pixel - (tap - leastTap) / stride;
                    IEnumerable<string> adds = Enumerable.Range(0, colours).Select(colour => $"{Sum(pixel, colour)} = {context.Isa.MultiplyAdd("b", $"w{colour}", Sum(pixel, colour))};");
                    writer.Line($"{declare}b = V.Load({KernelContext.At("dt", column * lanes)}); {string.Join(" ", adds)}");
                    declare = "";
                }
            }
        }
    }

    private static string Sum(int pixel, int colour) => $"y{pixel}{KernelContext.Letter(colour)}";
}
