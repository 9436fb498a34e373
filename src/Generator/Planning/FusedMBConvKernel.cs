using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>A fused block: for some rows at a time their taps or tiles, the dense convolution and its activation, the projection (+ residual). Only the last map is stored.</summary>
internal sealed record FusedMBConvKernel : Kernel
{
    /// <summary>Bands that workers share.</summary>
    private const int LeastBands = 8;

    /// <summary>What the dense convolution multiplies with its weights.</summary>
    public required DenseInputKernel Inputs { get; init; }

    /// <summary>Channels of the dense convolution.</summary>
    public required int Channels { get; init; }

    public required ActivationKind Activation { get; init; }

    /// <summary>Blocks of a panel of the dense convolution; they divide its blocks.</summary>
    public required int PanelBlocks { get; init; }

    /// <summary>Channels of the projection; null where there is none.</summary>
    public required int? Projection { get; init; }

    /// <summary>Blocks of a panel of the projection; they divide its blocks.</summary>
    public required int ProjectionBlocks { get; init; }

    public required bool Residual { get; init; }

    /// <summary>The map that is stored.</summary>
    public Shape Output => new(Projection ?? Channels, Inputs.Height, Inputs.Width);

    /// <summary>Pieces of work: bands of rows.</summary>
    public int Bands => Inputs.Bands;

    /// <summary>Panels of the dense convolution.</summary>
    public int Panels => MapLayout.Blocks(Channels) / PanelBlocks;

    /// <summary>Floats of a panel's biases and weights of one product of matrices.</summary>
    public int MatrixStride => PanelLayout.StrideOf(Inputs.Reduction, PanelBlocks);

    /// <summary>Floats of a panel's biases and weights.</summary>
    public int PanelStride => Inputs.Matrices * MatrixStride;

    /// <summary>Where the panels have the matrices of their products.</summary>
    public MatrixPanels Matrices => new(PanelBlocks, PanelStride, MatrixStride);

    /// <summary>Floats of the dense convolution's biases and weights.</summary>
    public long DenseFloats => (long)Panels * PanelStride;

    /// <summary>Input channels of the projection, padding included.</summary>
    public int ProjectionReduction => MapLayout.PaddedReduction(Channels);

    /// <summary>Panels of the projection.</summary>
    public int ProjectionPanels => Projection is { } channels ? MapLayout.Blocks(channels) / ProjectionBlocks : 0;

    /// <summary>Floats of a panel's biases and weights in the projection.</summary>
    public int ProjectionStride => PanelLayout.StrideOf(ProjectionReduction, ProjectionBlocks);

    /// <summary>Floats of all biases and weights.</summary>
    public long WeightFloats => DenseFloats + (long)ProjectionPanels * ProjectionStride;

    /// <summary>The taps or tiles; behind them a panel's products that wait, then what the projection reads.</summary>
    public long ScratchFloats => ProjectedAt + (Projection is null ? 0 : (long)MapLayout.Blocks(Channels) * Inputs.Plane);

    /// <summary>Where in the scratch a panel's products wait.</summary>
    public long WaitingAt => Inputs.Floats;

    /// <summary>Where what the projection reads lies.</summary>
    public long ProjectedAt => WaitingAt + Inputs.WaitingFloats(PanelBlocks);

    public override string Name =>
        $"{(Projection is null ? "Convolution" : "FusedMBConv")}{Inputs.Geometry.Kernel}x{Inputs.Geometry.Kernel}s{Inputs.Geometry.Stride}_{Inputs.Source.Channels}to{Channels}{(Projection is { } channels ? $"to{channels}" : "")}_{Inputs.Source.Height}x{Inputs.Source.Width}_in{Bands}{(Residual ? "_Residual" : "")}{Inputs.Option}";

    /// <summary>A block of the forward pass.</summary>
    public static FusedMBConvKernel For(FusedMBConvRegion region)
    {
        ConvolutionOp c = region.Dense;
        return Of(c.Output.Channels, Winograd.Pays(c) ? Tiles(c.InputShape) : TapsKernel.Of(c).InBands(IsNear), c.Activation, region.Projection?.Output.Channels, region.Residual is not null);
    }

    /// <summary>A dense convolution that is trained, by its taps, in whose order its parameters lie: its raw map is stored.</summary>
    public static FusedMBConvKernel Raw(ConvolutionOp c) => Of(c.Output.Channels, TapsKernel.InBlocks(c).InBands(IsNear));

    /// <summary>The same by tiles.</summary>
    public static FusedMBConvKernel RawByTiles(ConvolutionOp c) => Of(c.Output.Channels, Tiles(c.InputShape));

    /// <summary>The gradient of its input by tiles: the convolution of the output's gradient with the kernels turned around, inputs and outputs exchanged.</summary>
    public static FusedMBConvKernel InputGradientByTiles(ConvolutionOp c, bool residual) => Of(c.InputShape.Channels, Tiles(c.Output), residual: residual);

    private static WinogradInputKernel Tiles(Shape source) => WinogradInputKernel.InBands(source, IsNear);

    private static FusedMBConvKernel Of(int channels, DenseInputKernel inputs, ActivationKind activation = ActivationKind.None, int? projection = null, bool residual = false) => new()
    {
        Inputs = inputs,
        Channels = channels,
        Activation = activation,
        PanelBlocks = TileSelector.GroupBlocks(MapLayout.Blocks(channels), inputs.Columns, inputs.Reduction),
        Projection = projection,
        ProjectionBlocks = projection is { } projected
            ? TileSelector.GroupBlocks(MapLayout.Blocks(projected), inputs.Positions, MapLayout.PaddedReduction(channels))
            : 0,
        Residual = residual,
    };

    /// <summary>As many rows as the inputs' place and the number of workers allow: each call reads all weights.</summary>
    private static bool IsNear(DenseInputKernel inputs) => inputs.Floats * sizeof(float) <= inputs.MostBytes && inputs.Bands >= LeastBands;
}
