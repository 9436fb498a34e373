using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a pointwise convolution's weights, for one block of input channels: a third of all arithmetic of training.</summary>
internal static class PointwiseGradient
{
    public static void Write(KernelContext context, PointwiseGradientKernel k)
    {
        int lanes = context.Lanes;
        var tile = new GradientTile(context, k.Inputs, k.PanelBlocks, new GradientTerms($"{k.Positions}", k.Positions, lanes, lanes, k.OutputPlane));
        using (context.Method(k.Name, "float* x, float* dy, float* dw",
            $"Gradient of pointwise weights, {SourceWriter.Count(k.Inputs, "input channel")} × {k.PanelBlocks * lanes} output channels, {SourceWriter.Count(k.Positions, "position")}.\n" +
            $"  x    [{k.Positions}][16]\n" +
            $"  dy   [{k.PanelBlocks}] blocks, {k.OutputPlane} floats apart, of [{k.Positions}][16]\n" +
            $"  dw   [{k.Inputs}][{k.PanelBlocks * lanes}], added to\n" +
            $"  {tile.Contract}\n" +
            "  sum  positions in order, then added to dw"))
        {
            tile.Write("x", "dy", "dw");
        }
    }
}
