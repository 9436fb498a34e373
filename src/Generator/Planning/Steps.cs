using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Planning;

/// <summary>One call of a kernel with its places in weights and arena; all workers meet at a barrier after it.</summary>
/// <param name="Name">Block and role, for comments.</param>
internal abstract record Step(string Name)
{
    public abstract Kernel Kernel { get; }
}

/// <summary>The stem, stored as a map.</summary>
internal sealed record StemStep(string Name, StemMapKernel Stem, long WeightsAt, int Output) : Step(Name)
{
    public override Kernel Kernel => Stem;
}

/// <summary>Producer and depthwise convolution. Slots that a network does not need are −1.</summary>
internal sealed record DepthwiseStep(string Name, FusedDepthwiseKernel Fused, long WeightsAt, int Input, int Output, int Pooled, int Partial, bool TracesProducer) : Step(Name)
{
    public override Kernel Kernel => Fused;
}

/// <summary>Squeeze-excite: gates, applied.</summary>
internal sealed record GateStep(string Name, GateKernel Gate, long ReduceWeightsAt, long WeightsAt, long ProjectionWeightsAt, int Map, int Pooled, int Partial, int GatedWeights) : Step(Name)
{
    public override Kernel Kernel => Gate;
}

/// <summary>Projection, reading weights from the packed weights or from the gated copy.</summary>
internal sealed record ProjectionStep(string Name, PointwiseMapKernel Projection, long BiasAt, long WeightsAt, int Input, int GatedWeights, int Residual, int Output) : Step(Name)
{
    public override Kernel Kernel => Projection;
}

/// <summary>Head convolution, activation and mean.</summary>
internal sealed record HeadStep(string Name, HeadKernel Head, long WeightsAt, int Input, int Output) : Step(Name)
{
    public override Kernel Kernel => Head;
}

/// <summary>The classifier.</summary>
internal sealed record ClassifierStep(string Name, DenseKernel Dense, long WeightsAt, int Input, int Output) : Step(Name)
{
    public override Kernel Kernel => Dense;
}

/// <summary>A place in the arena and the steps between which it is alive, both included.</summary>
internal sealed record Slot(string Name, long Floats, int FirstStep, int LastStep, long At)
{
    public bool Overlaps(Slot other) =>
        FirstStep <= other.LastStep && other.FirstStep <= LastStep && At < other.At + other.Floats && other.At < At + Floats;
}

/// <summary>A named map and where a traced run copies it: from a slot, or as the step's kernel makes it.</summary>
internal sealed record TracedMap(string Name, Shape Shape, int Step, int Slot, long At);

/// <summary>Where a convolution's folded weights lie in the packed buffer; the fields are the runtime's ConvolutionWeights.</summary>
internal sealed record PackedConvolution
{
    public required string Layer { get; init; }

    public required ParameterNames Names { get; init; }

    public required FoldedBatchNorm? BatchNorm { get; init; }

    public required int Outputs { get; init; }

    public required int Inputs { get; init; }

    /// <summary>Side of the kernel; 0 for the classifier's matrix.</summary>
    public required int KernelSize { get; init; }

    public required bool HasBias { get; init; }

    public required bool Depthwise { get; init; }

    public required long At { get; init; }

    public long PanelStride { get; init; }

    public int PanelBlocks { get; init; } = 1;

    public int ReductionGroup { get; init; }

    public long ReductionStride { get; init; }

    public long BiasAt { get; init; }

    public long BiasStride { get; init; }

    public int GroupBlocks { get; init; } = 1;

    public long GroupStride { get; init; }
}

/// <summary>Everything the emitter writes: what runs, in which order, and where every number lies.</summary>
internal sealed record ExecutionPlan(
    EquatableArray<Step> Steps,
    EquatableArray<Slot> Slots,
    EquatableArray<TracedMap> Traced,
    EquatableArray<PackedConvolution> Weights,
    long PackedFloats,
    long ArenaFloats,
    long ScratchFloats,
    long TraceFloats);
