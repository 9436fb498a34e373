using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of one panel over a run of positions, or over several rows of them.</summary>
internal static class PointwiseRow
{
    /// <summary>The kernel as it is called a number of times for each panel; fetching ahead is left out where it would not pay.</summary>
    public static PointwiseRowKernel WithFetching(PointwiseRowKernel kernel, long weightFloats, int runs)
    {
        PointwiseRowKernel fetching = kernel with { WeightFloats = weightFloats, Runs = runs };
        return FetchedFloats(fetching, VectorIsa.Avx512) > 0 ? fetching : kernel;
    }

    /// <summary>Floats by which one run moves through the weights that are fetched ahead; 0 where nothing is.</summary>
    public static long PrefetchStride(PointwiseRowKernel kernel, VectorIsa isa) =>
        (long)FetchedFloats(kernel, isa) * Run(new KernelContext(new SourceWriter(), isa), kernel).Steps;

    public static void Write(KernelContext context, PointwiseRowKernel kernel)
    {
        int fetched = FetchedFloats(kernel, context.Isa);
        PointwiseRun run = Run(context, kernel);
        using (context.Method(kernel.Name, $"float* x, float* w, float* bias, float* y{(fetched > 0 ? ", float* fetch" : "")}",
            $"Pointwise convolution, {kernel.Reduction} input channels → {kernel.Blocks * context.Lanes} output channels, {(kernel.Rows > 1 ? $"{kernel.Rows} rows of " : "")}{kernel.Positions} positions.\n" +
            $"  x    [{(kernel.Reduction + 15) / 16}] blocks, {kernel.InputPlane} floats apart, of [position][16]\n" +
            $"  w    [{kernel.Reduction}][{kernel.Blocks * context.Lanes}]\n" +
            $"  y    [{kernel.Blocks}] blocks, {kernel.OutputPlane} floats apart, of [position][16]{(kernel.Rows > 1 ? $"; rows {kernel.OutputRow} floats apart" : "")}\n" +
            (fetched > 0 ? $"  fetch weights to fetch: {SourceWriter.Count(fetched, "float")} a step\n" : "") +
            "  " + run.Contract.Replace("\n", "\n  ")))
        {
            context.ClampConstants(kernel.Clamp);
            run.Write(kernel.Clamp, residual: false, fetched);
        }
    }

    /// <summary>Floats fetched in each reduction step, so that all runs of a panel together fetch what the panel's kernels consume.</summary>
    private static int FetchedFloats(PointwiseRowKernel kernel, VectorIsa isa) => isa.IsX86 && kernel.WeightFloats > 0
        ? PrefetchPlan.FloatsPerStep(kernel.WeightFloats, Run(new KernelContext(new SourceWriter(), isa), kernel).Steps * kernel.Runs)
        : 0;

    private static PointwiseRun Run(KernelContext context, PointwiseRowKernel k) =>
        new(context, new PointwiseRun.Shape(k.Reduction, k.Blocks, k.Positions, k.InputPlane, k.OutputPlane, k.Rows, k.OutputRow), PointwiseRun.Names.Parameters);
}
