namespace EfficientNet.Compiler.Planning;

/// <summary>What a reduction step of a pointwise convolution fetches of weights.</summary>
/// <param name="Ahead">Floats by which it moves on in those that are needed soon.</param>
/// <param name="Next">The same in the next layer's, from memory.</param>
internal readonly record struct PointwiseFetches(int Ahead, int Next)
{
    /// <summary>The kernel as it is called a number of times for each panel; fetching ahead is left out where it would not pay.</summary>
    public static PointwiseRowKernel WithAhead(PointwiseRowKernel kernel, long weightFloats, int runs)
    {
        PointwiseRowKernel fetching = kernel with { WeightFloats = weightFloats, Runs = runs };
        return Of(fetching, VectorIsa.Avx512).Ahead > 0 ? fetching : kernel;
    }

    /// <summary>The kernel as it brings the next layer's weights from memory meanwhile; left out where that would not pay.</summary>
    public static PointwiseRowKernel WithNext(PointwiseRowKernel kernel, long floats)
    {
        PointwiseRowKernel bringing = kernel with { NextFloats = floats };
        return Of(bringing, VectorIsa.Avx512).Next > 0 ? bringing : kernel;
    }

    /// <summary>So that all runs of a panel together fetch what the panel's kernels consume.</summary>
    public static PointwiseFetches Of(PointwiseRowKernel kernel, VectorIsa isa)
    {
        if (!isa.IsX86) return default;
        long steps = new PointwiseTiling(isa, kernel.Shape).Steps;
        return new(kernel.WeightFloats > 0 ? PrefetchPlan.FloatsPerStep(kernel.WeightFloats, steps * kernel.Runs) : 0, PrefetchPlan.NextFloatsPerStep(kernel.NextFloats, steps));
    }

    /// <summary>So that all tiles of a panel together fetch as much as the panel's packed weights.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="isa">The instruction set.</param>
    public static PointwiseFetches Of(PointwiseTiling panel, VectorIsa isa) =>
        isa.IsX86 ? new(PrefetchPlan.FloatsPerStep((panel.Shape.Reduction + 1L) * panel.Shape.Blocks * MapLayout.Lanes, panel.Steps), Next: 0) : default;

    /// <summary>Floats by which one run moves through the weights that are fetched ahead; 0 where nothing is.</summary>
    public static long Stride(PointwiseRowKernel kernel, VectorIsa isa) => Of(kernel, isa).Ahead * new PointwiseTiling(isa, kernel.Shape).Steps;
}
