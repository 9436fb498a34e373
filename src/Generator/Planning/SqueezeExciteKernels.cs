using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>The share of one channel group in the squeeze-excite reduction.</summary>
internal sealed record SqueezeKernel(int Blocks, int SqueezeBlocks, int Bands, int BandStride, int Positions) : Kernel
{
    public override string Name => $"Squeeze_{Blocks * MapLayout.Lanes}to{SqueezeBlocks * MapLayout.Lanes}_{Positions}{(Bands > 1 ? $"_in{Bands}_by{BandStride / MapLayout.Lanes}" : "")}";
}

/// <summary>Gates of a range of channel blocks, applied to the depthwise map or to a copy of the projection's weights.</summary>
internal sealed record GateKernel : Kernel
{
    public required int Blocks { get; init; }

    /// <summary>Blocks of a group, where its share of the squeeze is made here; otherwise 0.</summary>
    public required int GroupBlocks { get; init; }

    /// <summary>Squeeze-excite channels.</summary>
    public required int Squeeze { get; init; }

    public required ActivationKind Activation { get; init; }

    /// <summary>Set where bands share a group, so that the squeeze could not be reduced group by group as it was made.</summary>
    public required SqueezeKernel? Reduce { get; init; }

    /// <summary>Floats from one group's reduction weights to the next.</summary>
    public required int GroupStride { get; init; }

    public required int Positions { get; init; }

    /// <summary>The projection whose weights are gated, over all input channels; null where the map itself is.</summary>
    public required PointwiseMapKernel? GatedProjection { get; init; }

    /// <summary>How the depthwise map lies, where it does in halves.</summary>
    public MapHalves? Halves { get; init; }

    /// <summary>Groups of channels, each of which has its share of the squeeze.</summary>
    public required int Groups { get; init; }

    /// <summary>Whether there is a gated copy of the weights for each half of the channels.</summary>
    public bool GatesHalves => GatedProjection is not null && Halves is { OfRows: false };

    /// <summary>Floats from one panel of the projection's ungated weights to the next.</summary>
    public int ProjectionPanelStride => GatedProjection is { } p ? (ProjectionRows + 1) * p.PanelBlocks * MapLayout.Lanes : 0;

    /// <summary>Floats from the ungated weights of the first half of the channels to those of the second.</summary>
    public long ProjectionHalfStride => GatesHalves && GatedProjection is { } p ? PanelLayout.FloatsOf(p.OutputBlocks, ProjectionRows, p.PanelBlocks) : 0;

    public int SqueezeBlocks => MapLayout.Blocks(Squeeze);

    /// <summary>Input channels of a packed matrix of the projection.</summary>
    private int ProjectionRows => GatesHalves ? Halves!.First * MapLayout.Lanes : GatedProjection?.Reduction ?? 0;

    /// <summary>Scratch: squeezed channels, the groups' shares where they are made here, then one block's gates.</summary>
    public int GatesAt => (Reduce is null ? 1 : Groups + 1) * SqueezeBlocks * MapLayout.Lanes;

    public int ScratchFloats => GatesAt + MapLayout.Lanes;

    public override string Name =>
        $"Excite_{Squeeze}to{Blocks * MapLayout.Lanes}_{(GatedProjection is { } p ? $"Weights{(p.Reduction == Blocks * MapLayout.Lanes ? "" : $"{p.Reduction}to")}{p.OutputBlocks * MapLayout.Lanes}" : "Map")}_{Positions}{(Halves is { OfRows: false } halves ? $"_at{halves.First * MapLayout.Lanes}" : "")}_in{Groups}{(Reduce is { } reduce ? $"x{reduce.Bands}_by{GroupStride / MapLayout.Lanes}" : "")}";
}
