using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>A fused block: for some rows at a time their taps, the dense convolution and its activation, the projection (+ residual). Only the last map is stored.</summary>
internal sealed record FusedMBConvKernel : Kernel
{
    /// <summary>Taps of one call: they stay in the second-level cache, beside the weights.</summary>
    private const int TapsBytes = 160 * 1024;

    /// <summary>Bands that workers share.</summary>
    private const int LeastBands = 8;

    public required TapsKernel Taps { get; init; }

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
    public Shape Output => new(Projection ?? Channels, Taps.Height, Taps.Width);

    /// <summary>Pieces of work: bands of rows.</summary>
    public int Bands => Taps.Bands;

    /// <summary>Panels of the dense convolution.</summary>
    public int Panels => MapLayout.Blocks(Channels) / PanelBlocks;

    /// <summary>Floats of a panel's biases and weights.</summary>
    public int PanelStride => (Taps.Reduction + 1) * PanelBlocks * MapLayout.Lanes;

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

    /// <summary>The taps; behind them what the projection reads.</summary>
    public long ScratchFloats => Taps.Floats + (Projection is null ? 0 : (long)MapLayout.Blocks(Channels) * Taps.Plane);

    public override string Name =>
        $"{(Projection is null ? "Convolution" : "FusedMBConv")}{Taps.Geometry.Kernel}x{Taps.Geometry.Kernel}s{Taps.Geometry.Stride}_{Taps.Source.Channels}to{Channels}{(Projection is { } channels ? $"to{channels}" : "")}_{Taps.Source.Height}x{Taps.Source.Width}_in{Bands}{(Residual ? "_Residual" : "")}";

    /// <summary>A block of the forward pass.</summary>
    public static FusedMBConvKernel For(FusedMBConvRegion region) =>
        Of(region.Dense, TapsKernel.Of(region.Dense), region.Dense.Activation, region.Projection?.Output.Channels, region.Residual is not null);

    /// <summary>A dense convolution that is trained: its raw map is stored.</summary>
    public static FusedMBConvKernel Raw(ConvolutionOp dense) => Of(dense, TapsKernel.InBlocks(dense), ActivationKind.None, projection: null, residual: false);

    private static FusedMBConvKernel Of(ConvolutionOp dense, TapsKernel row, ActivationKind activation, int? projection, bool residual)
    {
        TapsKernel taps = row.InBands(IsNear);
        int Panel(int channels, int reduction) => TileSelector.GroupBlocks(MapLayout.Blocks(channels), taps.Positions, reduction);
        return new FusedMBConvKernel
        {
            Taps = taps,
            Channels = dense.Output.Channels,
            Activation = activation,
            PanelBlocks = Panel(dense.Output.Channels, taps.Reduction),
            Projection = projection,
            ProjectionBlocks = projection is { } channels ? Panel(channels, MapLayout.PaddedReduction(dense.Output.Channels)) : 0,
            Residual = residual,
        };
    }

    /// <summary>As many rows as their taps' place and the number of workers allow: each call reads all weights.</summary>
    private static bool IsNear(TapsKernel taps) => taps.Floats * sizeof(float) <= TapsBytes && taps.Bands >= LeastBands;
}
