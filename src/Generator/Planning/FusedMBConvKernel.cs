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
    public int MatrixStride => (Inputs.Reduction + 1) * PanelBlocks * MapLayout.Lanes;

    /// <summary>Floats of a panel's biases and weights.</summary>
    public int PanelStride => Inputs.Matrices * MatrixStride;

    /// <summary>Floats of the dense convolution's biases and weights.</summary>
    public long DenseFloats => (long)Panels * PanelStride;

    /// <summary>Input channels of the projection, padding included.</summary>
    public int ProjectionReduction => MapLayout.PaddedReduction(Channels);

    /// <summary>Panels of the projection.</summary>
    public int ProjectionPanels => Projection is { } channels ? MapLayout.Blocks(channels) / ProjectionBlocks : 0;

    /// <summary>Floats of a panel's biases and weights in the projection.</summary>
    public int ProjectionStride => (ProjectionReduction + 1) * ProjectionBlocks * MapLayout.Lanes;

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
    public static FusedMBConvKernel For(FusedMBConvRegion region) =>
        Of(region.Dense, InputsOf(region.Dense), region.Dense.Activation, region.Projection?.Output.Channels, region.Residual is not null);

    /// <summary>A dense convolution that is trained: its raw map is stored.</summary>
    public static FusedMBConvKernel Raw(ConvolutionOp dense) => Of(dense, TapsKernel.InBlocks(dense).InBands(IsNear), ActivationKind.None, projection: null, residual: false);

    private static DenseInputKernel InputsOf(ConvolutionOp dense) =>
        Winograd.Pays(dense) ? WinogradInputKernel.InBands(dense, IsNear) : TapsKernel.Of(dense).InBands(IsNear);

    private static FusedMBConvKernel Of(ConvolutionOp dense, DenseInputKernel inputs, ActivationKind activation, int? projection, bool residual) => new()
    {
        Inputs = inputs,
        Channels = dense.Output.Channels,
        Activation = activation,
        PanelBlocks = TileSelector.GroupBlocks(MapLayout.Blocks(dense.Output.Channels), inputs.Columns, inputs.Reduction),
        Projection = projection,
        ProjectionBlocks = projection is { } channels
            ? TileSelector.GroupBlocks(MapLayout.Blocks(channels), inputs.Positions, MapLayout.PaddedReduction(dense.Output.Channels))
            : 0,
        Residual = residual,
    };

    /// <summary>As many rows as the inputs' place and the number of workers allow: each call reads all weights.</summary>
    private static bool IsNear(DenseInputKernel inputs) => inputs.Floats * sizeof(float) <= inputs.MostBytes && inputs.Bands >= LeastBands;
}
