using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of one panel over a run of positions.</summary>
internal static class PointwiseRow
{
    public static void Write(KernelContext context, PointwiseRowKernel kernel)
    {
        Tile tile = TileSelector.Choose(context.Isa, kernel.Positions, kernel.Blocks, kernel.Reduction);
        int weightStride = kernel.Blocks * context.Lanes;
        var body = new PointwiseTile(context, tile, kernel.Reduction, kernel.InputPlane, kernel.OutputPlane, weightStride);
        SourceWriter writer = context.Writer;
        using (context.Method(kernel.Name, "float* x, float* w, float* bias, float* y",
            $"Pointwise convolution, {kernel.Reduction} input channels → {kernel.Blocks * context.Lanes} output channels, {kernel.Positions} positions.\n" +
            $"  x    [{(kernel.Reduction + 15) / 16}] blocks, {kernel.InputPlane} floats apart, of [position][16]\n" +
            $"  w    [{kernel.Reduction}][{weightStride}]\n" +
            $"  y    [{kernel.Blocks}] blocks, {kernel.OutputPlane} floats apart, of [position][16]\n" +
            "  " + body.Contract.Replace("\n", "\n  ")))
        {
            context.ClampConstants(kernel.Clamp);
            using (Loops.Tiles(context, tile, kernel.Positions))
            using (Loops.PanelBlocks(context, kernel.Blocks, tile.Blocks))
            {
                bool inner = kernel.Blocks > tile.Blocks;
                writer.Line("float* xt = x + position;");
                writer.Line(inner ? "float* wt = w + block * 16;" : "float* wt = w;");
                writer.Line(inner ? "float* bt = bias + block * 16;" : "float* bt = bias;");
                writer.Line(inner ? $"float* yt = y + block * {kernel.OutputPlane} + position;" : "float* yt = y + position;");
                body.Write(kernel.Clamp, residual: false);
            }
        }
    }
}
