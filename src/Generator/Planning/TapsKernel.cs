using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// What lies under each tap of a dense kernel, for all outputs of some rows: the taps of an output side by side, as if they were the channels of a pointwise
/// convolution. Each value is copied once for each tap and then multiplied once for each output channel.
/// </summary>
/// <param name="Source">The map.</param>
/// <param name="Height">Rows of the map after the convolution.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Geometry">The convolution.</param>
/// <param name="Rows">Rows of the output that one call serves.</param>
/// <param name="Channels">Channels of a tap with those that pad them: to a multiple of four, or to whole blocks.</param>
internal sealed record TapsKernel(Shape Source, int Height, int Width, ConvolutionGeometry Geometry, int Rows, int Channels) : Kernel
{
    /// <summary>The taps of a convolution that only multiplies them: as few channels as can be.</summary>
    public static TapsKernel Of(ConvolutionOp c) => new(c.InputShape, c.Output.Height, c.Output.Width, c.Geometry, Rows: 1, MapLayout.PaddedReduction(c.InputShape.Channels));

    /// <summary>The taps of a convolution that is trained: gradients are made by blocks of input channels.</summary>
    public static TapsKernel InBlocks(ConvolutionOp c) => Of(c) with { Channels = MapLayout.Blocks(c.InputShape.Channels) * MapLayout.Lanes };

    /// <summary>The same for as many rows as a condition allows, of those that divide the map's.</summary>
    public TapsKernel InBands(Func<TapsKernel, bool> allowed) => Enumerable.Range(1, Height)
        .Where(rows => Height % rows == 0)
        .Select(rows => this with { Rows = rows })
        .Last(taps => taps.Rows == 1 || allowed(taps));

    /// <summary>Calls that serve the whole map.</summary>
    public int Bands => Height / Rows;

    /// <summary>Taps.</summary>
    public int Count => Geometry.Kernel * Geometry.Kernel;

    /// <summary>Channels of all taps.</summary>
    public int Reduction => Count * Channels;

    /// <summary>Outputs of a channel that one call serves.</summary>
    public int Positions => Rows * Width;

    /// <summary>Floats between blocks of sixteen channels of what is made.</summary>
    public int Plane => Positions * MapLayout.Lanes;

    /// <summary>Floats that are made.</summary>
    public long Floats => (long)MapLayout.Blocks(Reduction) * Plane;

    public override string Name =>
        $"Taps{Geometry.Kernel}x{Geometry.Kernel}s{Geometry.Stride}_{Source.Channels}{(Channels == MapLayout.PaddedReduction(Source.Channels) ? "" : $"as{Channels}")}_{Source.Height}x{Source.Width}_{(Rows > 1 ? $"{Rows}x" : "")}{Width}";
}
