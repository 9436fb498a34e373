using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a dense convolution's weights for one image, band of rows by band of rows.</summary>
internal static class ConvolutionWeightGradient
{
    public static IEnumerable<Kernel> Calls(ConvolutionWeightGradientKernel k)
    {
        yield return k.Taps;
        if (k.HasBias) yield return Biases(k);
        foreach (int inputs in InputsOf(k.Taps.Source)) yield return Products(k, inputs);
    }

    /// <summary>Input channels of the blocks of a map: those of a whole one, and those of the last one where it is not full.</summary>
    public static IEnumerable<int> InputsOf(Shape map) =>
        new[] { map.Channels >= MapLayout.Lanes ? MapLayout.Lanes : 0, map.Channels % MapLayout.Lanes }.Where(inputs => inputs > 0);

    public static void Write(KernelContext context, ConvolutionWeightGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes, panel = k.PanelBlocks * lanes, blocks = k.Taps.Source.Channels / lanes, all = MapLayout.Blocks(k.Taps.Source.Channels);
        int floats = k.Taps.Plane;
        using (context.Method(k.Name, "float* x, float* dy, float* dw, float* scratch, nint first, nint last",
            $"Gradient of the weights of a {k.Taps.Geometry.Kernel}×{k.Taps.Geometry.Kernel} convolution, {k.Taps.Source} → {k.Output}, one image.\n" +
            $"  x        [{all}][{k.Taps.Source.Height}][{k.Taps.Source.Width}][16]     dy  [{MapLayout.Blocks(k.Outputs)}][{k.Output.Height}][{k.Output.Width}][16]\n" +
            $"  dw       {SourceWriter.Count(k.Panels, "panel")} of {SourceWriter.Count(k.PanelBlocks, "block")}: bias, [ky][kx][{k.Taps.Channels}][outputs], added to{(k.HasBias ? "" : "; biases are left")}; rows past the inputs are left\n" +
            $"  scratch  the taps of {SourceWriter.Count(k.Taps.Rows, "row")}: {k.ScratchFloats * sizeof(float) / 1024} KiB\n" +
            "  sum      positions of a band in order, then band by band\n" +
            $"  work     {SourceWriter.Count(k.Panels, "panel")}; panels first … last − 1 are made here"))
        using (writer.Block($"for (nint band = 0; first < last && band < {k.Taps.Bands}; band++)"))
        {
            writer.Line($"{k.Taps.Name}(x, scratch, band);");
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                writer.Line($"float* dyp = dy + panel * {k.PanelBlocks * k.OutputPlane} + band * {floats};");
                writer.Line($"float* dwp = dw + panel * {k.PanelStride};");
                if (k.HasBias) writer.Line($"{Biases(k).Name}(dyp, dwp);");
                using (writer.Block($"for (nint tap = 0; tap < {k.Taps.Count}; tap++)"))
                {
                    writer.Line($"float* xt = scratch + tap * {all * floats};");
                    writer.Line($"float* dwt = dwp + {panel} + tap * {k.Taps.Channels * panel};");
                    Loops.Pieces(writer, "block", blocks, Rest(k), ranged: false, (block, isRest) => writer.Line(
                        $"{Products(k, isRest ? Rest(k) : lanes).Name}(xt{Loops.Plus(block, floats)}, dyp, dwt{Loops.Plus(block, lanes * panel)});"));
                }
            }
        }
    }

    private static PointwiseGradientKernel Products(ConvolutionWeightGradientKernel k, int inputs) => new(inputs, k.Taps.Positions, k.PanelBlocks, k.OutputPlane);

    private static BiasGradientKernel Biases(ConvolutionWeightGradientKernel k) => new(k.Taps.Positions, k.PanelBlocks, k.OutputPlane);

    /// <summary>Input channels of the last block, where it is not full.</summary>
    private static int Rest(ConvolutionWeightGradientKernel k) => k.Taps.Source.Channels % MapLayout.Lanes;
}
