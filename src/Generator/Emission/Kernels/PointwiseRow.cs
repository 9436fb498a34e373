using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of one panel over a run of positions.</summary>
internal static class PointwiseRow
{
    /// <summary>The kernel of a panel that makes a number of runs; fetching ahead is left out where it would not pay.</summary>
    public static PointwiseRowKernel Kernel(int reduction, int inputPlane, int positions, int blocks, int outputPlane, ActivationKind clamp, long weightFloats, int runs)
    {
        var kernel = new PointwiseRowKernel(reduction, inputPlane, positions, blocks, outputPlane, clamp, weightFloats, runs);
        return PrefetchLines(kernel, VectorIsa.Avx512) > 0 ? kernel : kernel with { WeightFloats = 0, Runs = 0 };
    }

    /// <summary>Lines fetched in each reduction step, so that all runs of a panel together fetch what the panel's kernels consume.</summary>
    private static int PrefetchLines(PointwiseRowKernel kernel, VectorIsa isa) => isa.Prefetches && kernel.WeightFloats > 0
        ? PrefetchPlan.LinesPerStep(kernel.WeightFloats, Steps(kernel, isa) * kernel.Runs)
        : 0;

    /// <summary>Floats by which one run moves through the weights that are fetched ahead; 0 where nothing is.</summary>
    public static long PrefetchStride(PointwiseRowKernel kernel, VectorIsa isa) =>
        PrefetchLines(kernel, isa) * Steps(kernel, isa) * PrefetchPlan.LineFloats;

    /// <summary>Reduction steps of one run, over all tiles.</summary>
    private static long Steps(PointwiseRowKernel kernel, VectorIsa isa)
    {
        Tile tile = TileSelector.Choose(isa, kernel.Positions, kernel.Blocks, kernel.Reduction);
        return (long)tile.Tiles * (kernel.Blocks / tile.Blocks) * kernel.Reduction / PointwiseTile.Unroll;
    }

    public static void Write(KernelContext context, PointwiseRowKernel kernel)
    {
        Tile tile = TileSelector.Choose(context.Isa, kernel.Positions, kernel.Blocks, kernel.Reduction);
        int weightStride = kernel.Blocks * context.Lanes;
        int prefetch = PrefetchLines(kernel, context.Isa);
        var body = new PointwiseTile(context, tile, kernel.Reduction, kernel.InputPlane, kernel.OutputPlane, weightStride, prefetch);
        SourceWriter writer = context.Writer;
        using (context.Method(kernel.Name, $"float* x, float* w, float* bias, float* y{(prefetch > 0 ? ", float* ahead" : "")}",
            $"Pointwise convolution, {kernel.Reduction} input channels → {kernel.Blocks * context.Lanes} output channels, {kernel.Positions} positions.\n" +
            $"  x    [{(kernel.Reduction + 15) / 16}] blocks, {kernel.InputPlane} floats apart, of [position][16]\n" +
            $"  w    [{kernel.Reduction}][{weightStride}]\n" +
            $"  y    [{kernel.Blocks}] blocks, {kernel.OutputPlane} floats apart, of [position][16]\n" +
            (prefetch > 0 ? $"  ahead weights to fetch: {SourceWriter.Count(prefetch, "line")} a step\n" : "") +
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
