using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// Winograd's F(2×2, 3×3): two by two outputs of a 3×3 kernel of stride 1 from four by four inputs by 16 products instead of 36
/// (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, §4.1). A product of each tile belongs to each of 16
/// points, and the tiles' products of one point, summed over channels, are one product of matrices.
/// </summary>
internal static class Winograd
{
    /// <summary>Side of the kernel.</summary>
    public const int Kernel = 3;

    /// <summary>Taps of the kernel.</summary>
    public const int Taps = Kernel * Kernel;

    /// <summary>The convolution: padding on all sides, so that the map of outputs is as large as that of inputs.</summary>
    public static readonly ConvolutionGeometry Geometry = new(Kernel, Stride: 1, PadTop: 1, PadLeft: 1);

    /// <summary>Side of a tile's outputs.</summary>
    public const int Outputs = 2;

    /// <summary>Side of a tile's inputs, and of its points.</summary>
    public const int Inputs = Outputs + Kernel - 1;

    /// <summary>Points of a tile.</summary>
    public const int Points = Inputs * Inputs;

    /// <summary>The point whose products all four outputs take unchanged: the bias begins its sum.</summary>
    public const int BiasPoint = Inputs + 1;

    /// <summary>Multiply-adds, of one input channel with a block of 16 outputs, in whose time a tile's inputs, or its products, of a block of channels are transformed.</summary>
    private const int Transform = 64;

    /// <summary>The same for the copy of a tap of a block of channels.</summary>
    private const int Copy = 2;

    /// <summary>The same for the sums of an input channel with a block of outputs: cleared, added to, and read.</summary>
    private const int Added = 4;

    /// <summary>Whether a convolution has tiles, and they cost less than its taps.</summary>
    public static bool Pays(ConvolutionOp c) => Pays(c.Geometry, c.InputShape.Channels, c.Output);

    /// <summary>The same of the gradient of its input: the convolution of the output's gradient with the kernels turned around, inputs and outputs exchanged.</summary>
    public static bool PaysForInputGradient(ConvolutionOp c) => Pays(c.Geometry, c.Output.Channels, c.InputShape);

    /// <summary>The same of the gradient of its weights, which for every image is added to as many matrices as there are taps, or points.</summary>
    public static bool PaysForWeightGradient(ConvolutionOp c) => Pays(c.Geometry, c.InputShape.Channels, c.Output, Added);

    private static bool Pays(ConvolutionGeometry geometry, int channels, Shape output, int added = 0)
    {
        if (geometry != Geometry) return false;
        int inputs = MapLayout.Blocks(channels), outputs = MapLayout.Blocks(output.Channels);
        long matrix = (long)MapLayout.PaddedReduction(channels) * outputs;
        long taps = Taps * (output.Positions * (matrix + inputs * Copy) + added * matrix);
        long tiles = (long)Across(output.Height) * Across(output.Width) * (Points * matrix + (inputs + outputs) * Transform) + added * Points * matrix;
        return tiles < taps;
    }

    /// <summary>Tiles beside each other that cover some outputs.</summary>
    public static int Across(int outputs) => (outputs + Outputs - 1) / Outputs;

    /// <summary>
    /// Floats from one point's tiles to the next's: an odd number of cache lines, so that the places of a tile in all points do not fall into a few sets of the
    /// first-level cache.
    /// </summary>
    public static long PointFloats(int blocks, int tiles) => ((long)blocks * tiles | 1) * MapLayout.Lanes;
}

/// <summary>The inputs of the tiles of some rows, transformed: for each of 16 points a matrix of channels and tiles. Behind them is room for a position of zeros.</summary>
/// <param name="Source">The map; the map of outputs is as large.</param>
/// <param name="Rows">Rows of the output that one call serves: two for each row of tiles, of which the last call may have one less.</param>
internal sealed record WinogradInputKernel(Shape Source, int Rows)
    : DenseInputKernel(Source, Source.Height, Source.Width, Winograd.Geometry, Rows)
{
    /// <summary>For as many rows as a condition allows, of those whose tiles divide the map's.</summary>
    public static WinogradInputKernel InBands(Shape source, Func<WinogradInputKernel, bool> allowed) =>
        InBands(Winograd.Across(source.Height), rows => new WinogradInputKernel(source, rows * Winograd.Outputs), allowed);

    /// <summary>Rows of tiles of a call.</summary>
    public int TileRows => Rows / Winograd.Outputs;

    /// <summary>Tiles of a row.</summary>
    public int TileColumns => Winograd.Across(Width);

    public override int Matrices => Winograd.Points;

    public override int Reduction => MapLayout.PaddedReduction(Source.Channels);

    /// <summary>Tiles.</summary>
    public override int Columns => TileRows * TileColumns;

    public override long MatrixFloats => Winograd.PointFloats(MapLayout.Blocks(Source.Channels), Columns);

    public override long Floats => Matrices * MatrixFloats + MapLayout.Lanes;

    public override long WaitingFloats(int panelBlocks) => Matrices * Winograd.PointFloats(panelBlocks, Columns);

    public override int MostBytes => 256 * 1024;

    public override string Option => "_Winograd";

    public override string Name => $"WinogradInput{Window}_{Source.Channels}_{Band}";
}

/// <summary>A transform on the outputs' side of the tiles of some rows: the 16 points of a tile, and its two by two outputs.</summary>
/// <param name="Blocks">Blocks of channels.</param>
/// <param name="Rows">Rows of outputs.</param>
/// <param name="Width">Columns of outputs.</param>
/// <param name="OutputPlane">Floats between blocks of the outputs.</param>
internal abstract record WinogradOutputsKernel(int Blocks, int Rows, int Width, int OutputPlane) : Kernel
{
    /// <summary>Tiles of a row.</summary>
    public int TileColumns => Winograd.Across(Width);

    /// <summary>Rows of tiles.</summary>
    public int TileRows => Winograd.Across(Rows);

    /// <summary>Tiles.</summary>
    public int Columns => TileRows * TileColumns;

    /// <summary>Floats between points.</summary>
    public long PointFloats => Winograd.PointFloats(Blocks, Columns);

    /// <summary>The geometry, as names have it.</summary>
    protected string Geometry => $"{Winograd.Kernel}x{Winograd.Kernel}s1_{Blocks * MapLayout.Lanes}_{Rows}x{Width}_by{OutputPlane / MapLayout.Lanes}";
}

/// <summary>The outputs of the tiles of some rows, from their products summed over channels.</summary>
/// <param name="Blocks">Blocks of channels.</param>
/// <param name="Rows">Rows of outputs.</param>
/// <param name="Width">Columns of outputs.</param>
/// <param name="OutputPlane">Floats between blocks of the outputs.</param>
/// <param name="Clamp">The activation, where it is a clamp.</param>
internal sealed record WinogradOutputKernel(int Blocks, int Rows, int Width, int OutputPlane, ActivationKind Clamp) : WinogradOutputsKernel(Blocks, Rows, Width, OutputPlane)
{
    public override string Name => $"WinogradOutput{Geometry}{Suffix(Clamp)}";
}
