using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>Gradient of a dense k×k convolution's weights and biases, one image: for some rows at a time their taps, which are as the input of a pointwise convolution. Pieces are the panels.</summary>
/// <param name="Taps">The taps, in whole blocks of channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="PanelBlocks">Blocks of a panel, which divide the output's.</param>
/// <param name="HasBias">Whether the convolution has biases.</param>
internal sealed record ConvolutionWeightGradientKernel(TapsKernel Taps, int Outputs, int PanelBlocks, bool HasBias) : Kernel
{
    /// <summary>The longest run of positions whose taps and gradients stay near while they are multiplied with each other.</summary>
    private const int MostPositions = 224;

    public int Panels => MapLayout.Blocks(Outputs) / PanelBlocks;

    public int PanelStride => PanelLayout.StrideOf(Taps.Reduction, PanelBlocks);

    public Shape Output => new(Outputs, Taps.Height, Taps.Width);

    public int OutputPlane => MapLayout.Plane(Output);

    public long ScratchFloats => Taps.Floats;

    public static ConvolutionWeightGradientKernel Of(ConvolutionOp c, int panelBlocks) =>
        new(TapsKernel.InBlocks(c).InBands(taps => taps.Positions <= MostPositions), c.Output.Channels, panelBlocks, c.HasBias);

    public override string Name =>
        $"ConvolutionWeightGradient{Taps.Geometry.Kernel}x{Taps.Geometry.Kernel}s{Taps.Geometry.Stride}_{Taps.Source.Channels}to{Outputs}_{Taps.Source.Height}x{Taps.Source.Width}{(HasBias ? "_Bias" : "")}";
}

/// <summary>
/// Gradient of the map that a dense k×k convolution reads, one image: of each row, by kernel rows, the gradients of the taps, added where they lie. Pieces are the rows.
/// </summary>
/// <param name="Input">The map that is read.</param>
/// <param name="Output">The map that is made.</param>
/// <param name="Geometry">The convolution.</param>
/// <param name="PanelBlocks">Blocks of a panel of the transposed weights; they divide those of a kernel row's taps.</param>
/// <param name="Residual">Whether the gradient that comes along the shortcut is added.</param>
internal sealed record ConvolutionInputGradientKernel(Shape Input, Shape Output, ConvolutionGeometry Geometry, int PanelBlocks, bool Residual) : Kernel
{
    /// <summary>Blocks of the taps of a kernel row.</summary>
    public int RowBlocks => Geometry.Kernel * MapLayout.Blocks(Input.Channels);

    /// <summary>Panels of a kernel row.</summary>
    public int Panels => RowBlocks / PanelBlocks;

    /// <summary>Channels that are summed over, padding included.</summary>
    public int Reduction => MapLayout.PaddedReduction(Output.Channels);

    public int PanelStride => PanelLayout.StrideOf(Reduction, PanelBlocks);

    /// <summary>Floats of a row of the output, one block.</summary>
    public int OutputRow => Output.Width * MapLayout.Lanes;

    /// <summary>The gradients of the taps of a kernel row.</summary>
    public long ScratchFloats => (long)RowBlocks * OutputRow;

    public static ConvolutionInputGradientKernel Of(ConvolutionOp c, bool residual)
    {
        int blocks = c.Geometry.Kernel * MapLayout.Blocks(c.InputShape.Channels);
        return new(c.InputShape, c.Output, c.Geometry, TileSelector.GroupBlocks(blocks, c.Output.Width, MapLayout.PaddedReduction(c.Output.Channels)), residual);
    }

    public override string Name =>
        $"ConvolutionInputGradient{Geometry.Kernel}x{Geometry.Kernel}s{Geometry.Stride}_{Input.Channels}to{Output.Channels}_{Input.Height}x{Input.Width}{(Residual ? "_Residual" : "")}";
}
