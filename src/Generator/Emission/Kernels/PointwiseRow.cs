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

    /// <summary>The kernel as it brings the next layer's weights from memory meanwhile; left out where that would not pay.</summary>
    public static PointwiseRowKernel WithNext(PointwiseRowKernel kernel, long floats)
    {
        PointwiseRowKernel bringing = kernel with { NextFloats = floats };
        return NextFloatsPerStep(bringing, VectorIsa.Avx512) > 0 ? bringing : kernel;
    }

    /// <summary>Floats by which one run moves through the weights that are fetched ahead; 0 where nothing is.</summary>
    public static long PrefetchStride(PointwiseRowKernel kernel, VectorIsa isa) =>
        (long)FetchedFloats(kernel, isa) * Run(new KernelContext(new SourceWriter(), isa), kernel).Steps;

    public static void Write(KernelContext context, PointwiseRowKernel kernel)
    {
        PointwiseRun run = Run(context, kernel);
        var fetches = new WeightFetches(FetchedFloats(kernel, context.Isa), NextFloatsPerStep(kernel, context.Isa));
        using (context.Method(kernel.Name, $"float* x, float* w, float* bias, float* y{(fetches.Ahead > 0 ? ", float* fetch" : "")}{(fetches.Next > 0 ? ", float* next" : "")}",
            $"Pointwise convolution, {kernel.Reduction} input channels → {kernel.Blocks * context.Lanes} output channels, {(kernel.Rows > 1 ? $"{kernel.Rows} rows of " : "")}{kernel.Positions} positions.\n" +
            $"  x    [{(kernel.Reduction + 15) / 16}] blocks, {kernel.InputPlane} floats apart, of [position][16]\n" +
            $"  w    [{kernel.Reduction}][{kernel.Blocks * context.Lanes}]\n" +
            $"  y    [{kernel.Blocks}] blocks, {kernel.OutputPlane} floats apart, of [position][16]{(kernel.Rows > 1 ? $"; rows {kernel.OutputRow} floats apart" : "")}\n" +
            (fetches.Ahead > 0 ? $"  fetch weights to fetch: {SourceWriter.Count(fetches.Ahead, "float")} a step\n" : "") +
            (fetches.Next > 0 ? $"  next weights of the next layer, brought from memory: {SourceWriter.Count(fetches.Next, "float")} a step\n" : "") +
            "  " + run.Contract.Replace("\n", "\n  ")))
        {
            context.ClampConstants(kernel.Clamp);
            run.Write(kernel.Clamp, residual: false, fetches);
        }
    }

    /// <summary>Floats fetched in each reduction step, so that all runs of a panel together fetch what the panel's kernels consume.</summary>
    private static int FetchedFloats(PointwiseRowKernel kernel, VectorIsa isa) => isa.IsX86 && kernel.WeightFloats > 0
        ? PrefetchPlan.FloatsPerStep(kernel.WeightFloats, Run(new KernelContext(new SourceWriter(), isa), kernel).Steps * kernel.Runs)
        : 0;

    /// <summary>Floats of the next layer's weights that each reduction step brings from memory; 0 where it brings none.</summary>
    public static int NextFloatsPerStep(PointwiseRowKernel kernel, VectorIsa isa) => isa.IsX86
        ? PrefetchPlan.NextFloatsPerStep(kernel.NextFloats, Run(new KernelContext(new SourceWriter(), isa), kernel).Steps)
        : 0;

    private static PointwiseRun Run(KernelContext context, PointwiseRowKernel k) =>
        new(context, new PointwiseRun.Shape(k.Reduction, k.Blocks, k.Positions, k.InputPlane, k.OutputPlane, k.Rows, k.OutputRow), PointwiseRun.Names.Parameters);
}
