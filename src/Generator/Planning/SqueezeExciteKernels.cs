using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>The share of one channel group in the squeeze-excite reduction.</summary>
internal sealed record SqueezeKernel(int Blocks, int SqueezeBlocks, int Bands, int BandStride, int Positions) : Kernel
{
    public override string Name => $"Squeeze_{Blocks * MapLayout.Lanes}to{SqueezeBlocks * MapLayout.Lanes}_{Positions}{(Bands > 1 ? $"_in{Bands}_by{BandStride / MapLayout.Lanes}" : "")}";
}

/// <summary>Gates of a range of channel blocks, applied to the depthwise map or handed to the projection.</summary>
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

    /// <summary>Whether the gates are kept for the projection, which applies them to its weights; otherwise they are applied to the map here.</summary>
    public required bool KeepsGates { get; init; }

    /// <summary>How the map that is gated lies, where it does in halves.</summary>
    public MapHalves? Halves { get; init; }

    /// <summary>Groups of channels, each of which has its share of the squeeze.</summary>
    public required int Groups { get; init; }

    public int SqueezeBlocks => MapLayout.Blocks(Squeeze);

    /// <summary>Squeezed channels, and the groups' shares where they are made here.</summary>
    public int ScratchFloats => (Reduce is null ? 1 : Groups + 1) * SqueezeBlocks * MapLayout.Lanes;

    public override string Name =>
        $"Excite_{Squeeze}to{Blocks * MapLayout.Lanes}_{(KeepsGates ? "Gates" : "Map")}_{Positions}{(Halves is { OfRows: false } halves ? $"_at{halves.First * MapLayout.Lanes}" : "")}_in{Groups}{(Reduce is { } reduce ? $"x{reduce.Bands}_by{GroupStride / MapLayout.Lanes}" : "")}";
}
