using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Pointwise convolution of one panel of output channels over a run of positions: an expanded row, or a whole small map.</summary>
/// <remarks>Weights and biases are two pointers: a narrower last panel keeps as much room for its biases as the others (<see cref="PanelLayout"/>), which a kernel of one panel cannot know.</remarks>
/// <param name="Reduction">Input channels, a multiple of 4.</param>
/// <param name="InputPlane">Floats between input blocks.</param>
/// <param name="Positions">Positions in the run.</param>
/// <param name="Blocks">Output blocks of the panel.</param>
/// <param name="OutputPlane">Floats between output blocks.</param>
/// <param name="Clamp">The activation, where it is a clamp that the epilogue can apply.</param>
internal sealed record PointwiseRowKernel(int Reduction, int InputPlane, int Positions, int Blocks, int OutputPlane, ActivationKind Clamp) : Kernel
{
    /// <summary>Rows of positions that one call makes; in the input they follow each other.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Floats between rows of the output, where there are several.</summary>
    public int OutputRow { get; init; }

    /// <summary>Floats of weights that all runs of one panel fetch ahead together; 0 where fetching does not pay.</summary>
    public long WeightFloats { get; init; }

    /// <summary>Runs of one panel that fetch them.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>Floats of the next layer's weights that a run brings from memory; 0 where it does not.</summary>
    public long NextFloats { get; init; }

    /// <summary>Output channels, where they leave a part of the last block: it is set to zero.</summary>
    public int Channels { get; init; } = Blocks * MapLayout.Lanes;

    /// <summary>Whether a residual is added, which lies like the output.</summary>
    public bool Residual { get; init; }

    /// <summary>What a run makes.</summary>
    public PointwiseShape Shape => new(Reduction, Blocks, Positions, InputPlane, OutputPlane, Rows, OutputRow) { Channels = Channels };

    /// <summary>The kernel as it is called a number of times for each panel, together fetching some weights ahead; as it is where that would not pay.</summary>
    public PointwiseRowKernel FetchingAhead(long floats, int runs)
    {
        PointwiseRowKernel fetching = this with { WeightFloats = floats, Runs = runs };
        return fetching.Fetches(VectorIsa.Avx512).Ahead > 0 ? fetching : this;
    }

    /// <summary>The kernel as it brings some of the next layer's weights from memory meanwhile; as it is where that would not pay.</summary>
    public PointwiseRowKernel FetchingNext(long floats)
    {
        PointwiseRowKernel fetching = this with { NextFloats = floats };
        return fetching.Fetches(VectorIsa.Avx512).Next > 0 ? fetching : this;
    }

    /// <summary>How an instruction set makes a run.</summary>
    public PointwiseTiling Tiling(VectorIsa isa) => new(isa, Shape);

    /// <summary>What a step of a run fetches.</summary>
    public PointwiseFetches Fetches(VectorIsa isa) => Tiling(isa).Fetches(WeightFloats, Runs, NextFloats);

    public override string Name =>
        $"Pointwise_{Reduction}to{Channels}_{(Rows > 1 ? $"{Rows}x" : "")}{Positions}_of{InputPlane / MapLayout.Lanes}_by{OutputPlane / MapLayout.Lanes}{(Residual ? "_Residual" : "")}{Suffix(Clamp)}"
        + (WeightFloats == 0 ? "" : $"_fetch{WeightFloats / MapLayout.Lanes}")
        + (NextFloats == 0 ? "" : $"_next{NextFloats / MapLayout.Lanes}");
}
