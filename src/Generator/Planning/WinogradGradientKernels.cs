using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>Where panels of a dense convolution's weights have their matrices: one for each tap, or for each point of a tile.</summary>
/// <param name="Blocks">Blocks of outputs of a panel.</param>
/// <param name="Panel">Floats from one panel to the next.</param>
/// <param name="Matrix">Floats from one matrix of a panel to the next.</param>
internal readonly record struct MatrixPanels(int Blocks, int Panel, int Matrix);

/// <summary>The outputs' gradients of the tiles of some rows, transformed: for each of 16 points a matrix of channels and tiles, as the inputs have them.</summary>
/// <param name="Blocks">Blocks of channels.</param>
/// <param name="Rows">Rows of outputs.</param>
/// <param name="Width">Columns of outputs.</param>
/// <param name="OutputPlane">Floats between blocks of the outputs.</param>
internal sealed record WinogradOutputGradientKernel(int Blocks, int Rows, int Width, int OutputPlane) : WinogradOutputsKernel(Blocks, Rows, Width, OutputPlane)
{
    public override string Name => $"WinogradOutputGradient{Geometry}";
}

/// <summary>
/// Gradient of what tiles multiply in place of a dense 3×3 convolution's weights, and of its biases, one image: of each point the products of the inputs and the outputs' gradients, both
/// transformed, summed over the tiles. Pieces are the panels.
/// </summary>
/// <param name="Tiles">The inputs of the tiles of some rows.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="PanelBlocks">Blocks of a panel, which divide the output's.</param>
/// <param name="HasBias">Whether the convolution has biases.</param>
internal sealed record WinogradWeightGradientKernel(WinogradInputKernel Tiles, int Outputs, int PanelBlocks, bool HasBias) : Kernel
{
    /// <summary>The longest run of tiles whose inputs and gradients stay near while they are multiplied with each other.</summary>
    private const int MostTiles = 112;

    public int Panels => MapLayout.Blocks(Outputs) / PanelBlocks;

    public MatrixPanels Gradient => new(PanelBlocks, Tiles.Matrices * MatrixFloats, MatrixFloats);

    /// <summary>Floats of the gradient: panels of a bias and a matrix for each point.</summary>
    public long GradientFloats => (long)Panels * Gradient.Panel;

    public Shape Output => Tiles.Source with { Channels = Outputs };

    /// <summary>The gradients of a panel's outputs.</summary>
    public WinogradOutputGradientKernel OutputGradient => new(PanelBlocks, Tiles.Rows, Tiles.Width, MapLayout.Plane(Output));

    public long ScratchFloats => Tiles.Floats + Tiles.Matrices * OutputGradient.PointFloats;

    private int MatrixFloats => PanelLayout.StrideOf(Tiles.Reduction, PanelBlocks);

    public static WinogradWeightGradientKernel Of(ConvolutionOp c, int panelBlocks) =>
        new(WinogradInputKernel.InBands(c.InputShape, tiles => tiles.Columns <= MostTiles), c.Output.Channels, panelBlocks, c.HasBias);

    public override string Name => $"WinogradWeightGradient{Winograd.Kernel}x{Winograd.Kernel}s1_{Tiles.Source.Channels}to{Outputs}_{Tiles.Source.Height}x{Tiles.Source.Width}{(HasBias ? "_Bias" : "")}";
}
