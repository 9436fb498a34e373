using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of the map that a dense convolution reads: the outputs' gradients times the transposed weights give the taps', which are added up where they overlap.</summary>
internal static class ConvolutionInputGradient
{
    public static PointwiseRowKernel Taps(ConvolutionInputGradientKernel k) =>
        new(k.Reduction, MapLayout.Plane(k.Output), k.Output.Width, k.PanelBlocks, k.OutputRow, ActivationKind.None);

    public static void Write(KernelContext context, ConvolutionInputGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, int top, _) = k.Geometry;
        int blocks = MapLayout.Blocks(k.Input.Channels), row = k.Input.Width * context.Lanes;
        using (context.Method(k.Name, $"float* dy, float* t, float* dx, {(k.Residual ? "float* residual, " : "")}float* scratch, nint first, nint last",
            $"Gradient of the input of a {size}×{size} convolution, stride {stride}, {k.Input} → {k.Output}, one image{(k.Residual ? ", plus residual" : "")}.\n" +
            $"  dy       [{MapLayout.Blocks(k.Output.Channels)}][{k.Output.Height}][{k.Output.Width}][16]     dx{(k.Residual ? ", residual" : "")}  [{blocks}][{k.Input.Height}][{k.Input.Width}][16]\n" +
            $"  t        transposed weights: for each kernel row {SourceWriter.Count(k.Panels, "panel")} of {SourceWriter.Count(k.PanelBlocks, "block")}: zeros, [{k.Reduction}][kx][channels]\n" +
            $"  scratch  gradients of the taps of a kernel row: {k.ScratchFloats * sizeof(float) / 1024} KiB\n" +
            "  sum      kernel rows in order, in each the kernel columns\n" +
            $"  work     {k.Input.Height} rows of dx; rows first … last − 1 are made here"))
        using (writer.Block("for (nint row = first; row < last; row++)"))
        {
            using (writer.Block($"for (nint block = 0; block < {blocks}; block++)"))
            {
                writer.Line($"nint at = block * {MapLayout.Plane(k.Input)} + row * {row};");
                writer.Line(k.Residual ? $"new Span<float>(residual + at, {row}).CopyTo(new Span<float>(dx + at, {row}));" : $"new Span<float>(dx + at, {row}).Clear();");
            }

            using (writer.Block($"for (nint ky = 0; ky < {size}; ky++)"))
            {
                writer.Line($"nint output = row + {top} - ky;");
                writer.Line($"if (output < 0 || {(stride > 1 ? $"output % {stride} != 0 || " : "")}output >= {k.Output.Height * stride}) continue; // no row of outputs has this one under that kernel row");
                writer.Line($"float* from = dy + output{(stride > 1 ? $" / {stride}" : "")} * {k.OutputRow};");
                writer.Line($"float* tk = t + ky * {(long)k.Panels * k.PanelStride};");
                Loops.Pieces(writer, "panel", k.Panels, rest: 0, ranged: false, (panel, _) =>
                {
                    writer.Line($"float* w = tk{Loops.Plus(panel, k.PanelStride)};");
                    writer.Line($"{Taps(k).Name}(from, w + {PanelLayout.BiasesOf(k.PanelBlocks)}, w, scratch{Loops.Plus(panel, k.PanelBlocks * k.OutputRow)});");
                });

                WriteSums(context, k, blocks, row);
            }
        }
    }

    /// <summary>Adds the taps' gradients of a kernel row.</summary>
    private static void WriteSums(KernelContext context, ConvolutionInputGradientKernel k, int blocks, int row)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, _, int left) = k.Geometry;
        using (writer.Block($"for (nint kx = 0; kx < {size}; kx++)"))
        {
            writer.Line($"nint begin = {Loops.FirstUnder(stride, left)};");
            writer.Line($"nint end = {Loops.EndUnder(stride, left, k.Input.Width, k.Output.Width)};");
            using (writer.Block($"for (nint block = 0; block < {blocks}; block++)"))
            using (Loops.BlockVectors(context))
            {
                string lane = Loops.Lane(context);
                writer.Line($"float* gradients = scratch + (kx * {blocks} + block) * {k.OutputRow}{lane};");
                writer.Line($"float* sums = dx + block * {MapLayout.Plane(k.Input)} + row * {row}{lane};");
                using (writer.Block("for (nint column = begin; column < end; column++)"))
                {
                    writer.Line($"float* sum = sums + (column{Loops.Times(stride)} + kx - {left}) * {context.Lanes};");
                    writer.Line($"V.Store(V.Load(sum) + V.Load(gradients + column * {context.Lanes}), sum);");
                }
            }
        }
    }
}
