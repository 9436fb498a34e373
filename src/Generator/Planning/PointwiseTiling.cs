namespace EfficientNet.Compiler.Planning;

/// <summary>A pointwise convolution of one panel for rows of positions.</summary>
/// <param name="Reduction">Input channels.</param>
/// <param name="Blocks">Output blocks of the panel.</param>
/// <param name="Positions">Positions of a row, or of the whole map where it is taken as one.</param>
/// <param name="InputPlane">Floats between blocks of the input; its rows follow each other.</param>
/// <param name="OutputPlane">Floats between blocks of the output.</param>
/// <param name="Rows">Rows of positions.</param>
/// <param name="OutputRow">Floats between rows of the output.</param>
internal sealed record PointwiseShape(int Reduction, int Blocks, int Positions, int InputPlane, int OutputPlane, int Rows = 1, int OutputRow = 0)
{
    /// <summary>Output channels, which may leave a part of the last block.</summary>
    public int Channels { get; init; } = Blocks * MapLayout.Lanes;
}

/// <summary>How an instruction set makes a pointwise convolution: in register tiles, whole or in parts of the reduction.</summary>
/// <param name="isa">The instruction set.</param>
/// <param name="shape">What is made.</param>
internal sealed class PointwiseTiling(VectorIsa isa, PointwiseShape shape)
{
    /// <summary>Reduction steps written out in a loop iteration: more buys no speed, only text.</summary>
    public const int Unroll = 2;

    /// <summary>What is made.</summary>
    public PointwiseShape Shape => shape;

    /// <summary>The register tile, and how many of it cover a row.</summary>
    public Tile Tile { get; } = TileSelector.Choose(isa, shape.Positions, shape.Blocks, shape.Reduction, shape.Rows, shape.Channels);

    /// <summary>Vectors of the panel that are made; what is left of it is set to zero.</summary>
    public int Made => VectorIsa.InPasses(isa.VectorsOf(shape.Channels), Tile.Vectors);

    /// <summary>Passes of a tile over the panel's channels.</summary>
    public int Passes => Made / Tile.Vectors;

    /// <summary>Whether half a vector holds what is made of the last one.</summary>
    public bool EndsWithHalf => Passes == 1 && isa.EndsWithHalf(shape.Channels);

    /// <summary>Input channels of a part.</summary>
    public int Part { get; } = TileSelector.ReductionAtOnce(isa, shape.Positions * shape.Rows, shape.Blocks, shape.Reduction);

    /// <summary>Parts of the reduction.</summary>
    public int Parts => (shape.Reduction + Part - 1) / Part;

    /// <summary>Whether the input is too large to stay near until it is read.</summary>
    public bool FetchesInput => (long)MapLayout.Blocks(shape.Reduction) * shape.InputPlane * sizeof(float) > PrefetchPlan.NearMapBytes;

    /// <summary>Steps of one tile in one part, all passes together.</summary>
    public int StepsOfTile => Passes * Part / Unroll;

    /// <summary>Steps of the loops over input channels, all tiles and parts together: among them the fetching of weights is spread.</summary>
    public long Steps => (long)Parts * shape.Rows * Tile.Tiles * StepsOfTile;

    /// <summary>What a step fetches, so that all steps together fetch some weights.</summary>
    /// <param name="ahead">Floats that are needed soon.</param>
    /// <param name="runs">How many times all steps are made for them.</param>
    /// <param name="next">Floats of the next layer that one time all steps bring from memory.</param>
    public PointwiseFetches Fetches(long ahead, int runs, long next) =>
        isa.IsX86 ? new(PrefetchPlan.FloatsPerStep(ahead, Steps * runs), PrefetchPlan.NextFloatsPerStep(next, Steps)) : default;
}
