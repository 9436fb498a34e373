using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Passes;

/// <summary>The architecture after compound scaling: every block with its own numbers.</summary>
internal sealed record ScaledArchitecture(ArchitectureSpec Spec, int StemChannels, EquatableArray<BlockArchitecture> Blocks, int? HeadChannels);

/// <summary>One block.</summary>
internal sealed record BlockArchitecture
{
    /// <summary>Place in the whole network, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Stage, from 1: the stem is stage 0.</summary>
    public required int Stage { get; init; }

    public required int IndexInStage { get; init; }

    public required BlockKind Kind { get; init; }

    public required int Kernel { get; init; }

    public required int Stride { get; init; }

    public required int Expansion { get; init; }

    public required int InputChannels { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>0 without squeeze-excite.</summary>
    public required int SqueezeChannels { get; init; }

    public int ExpandedChannels => InputChannels * Expansion;

    public string Name => $"{Stage}.{IndexInStage}";
}
