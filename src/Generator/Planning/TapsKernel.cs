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
/// <param name="Rows">Rows of the output that one call serves; they divide the map's.</param>
/// <param name="Channels">Channels of a tap with those that pad them: to a multiple of four, or to whole blocks.</param>
internal sealed record TapsKernel(Shape Source, int Height, int Width, ConvolutionGeometry Geometry, int Rows, int Channels) : DenseInputKernel(Source, Height, Width, Geometry, Rows)
{
    /// <summary>The taps of a convolution that only multiplies them: as few channels as can be.</summary>
    public static TapsKernel Of(ConvolutionOp c) => new(c.InputShape, c.Output.Height, c.Output.Width, c.Geometry, Rows: 1, MapLayout.PaddedReduction(c.InputShape.Channels));

    /// <summary>The taps of a convolution that is trained: gradients are made by blocks of input channels.</summary>
    public static TapsKernel InBlocks(ConvolutionOp c) => Of(c) with { Channels = MapLayout.Blocks(c.InputShape.Channels) * MapLayout.Lanes };

    /// <summary>The same for as many rows as a condition allows, of those that divide the map's.</summary>
    public TapsKernel InBands(Func<TapsKernel, bool> allowed) => InBands(Height, rows => this with { Rows = rows }, allowed);

    /// <summary>Taps.</summary>
    public int Count => Geometry.Kernel * Geometry.Kernel;

    public override int Matrices => 1;

    /// <summary>Channels of all taps.</summary>
    public override int Reduction => Count * Channels;

    public override int Columns => Positions;

    public override long MatrixFloats => (long)MapLayout.Blocks(Reduction) * Plane;

    public override long Floats => MatrixFloats;

    public override long WaitingFloats(int panelBlocks) => 0;

    public override int MostBytes => 160 * 1024;

    public override string Option => "";

    public override string Name =>
        $"Taps{Window}_{Source.Channels}{(Channels == MapLayout.PaddedReduction(Source.Channels) ? "" : $"as{Channels}")}_{Band}";
}
