using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Planning;

/// <summary>One call of a kernel with its places in weights and arena; all workers meet at a barrier after it.</summary>
/// <param name="Name">Block and role, for comments.</param>
/// <param name="WeightsAt">Where its packed weights begin; they lie in the order of the steps.</param>
internal abstract record Step(string Name, long WeightsAt)
{
    public abstract Kernel Kernel { get; }

    /// <summary>All that it calls: a projection of two halves has a kernel for each.</summary>
    public virtual IEnumerable<Kernel> Kernels => [Kernel];
}

/// <summary>The stem, stored as a map.</summary>
internal sealed record StemStep(string Name, StemMapKernel Stem, long WeightsAt, int Output) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Stem;
}

/// <summary>Producer and depthwise convolution. Slots that a network does not need are −1.</summary>
internal sealed record DepthwiseStep(string Name, FusedKernels Fused, long WeightsAt, int Input, MapSlots Output, int Pooled, int Partial, bool TracesProducer) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Fused.Kernel;

    public override IEnumerable<Kernel> Kernels => Fused.Calls.Select(call => call.Kernel);
}

/// <summary>Squeeze-excite: gates, applied to the map or, where they have a slot, kept for the projection.</summary>
internal sealed record GateStep(string Name, GateKernel Gate, long ReduceWeightsAt, long WeightsAt, MapSlots Map, int Pooled, int Partial, int Gates) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Gate;
}

/// <summary>Projection of a map or of its two halves, whose weights are multiplied by gates where there are any.</summary>
internal sealed record ProjectionStep(string Name, EquatableArray<ProjectionPart> Parts, long WeightsAt, int Residual) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Parts[0].Kernel;

    public override IEnumerable<Kernel> Kernels => Parts.Select(part => part.Kernel);

    /// <summary>Whether the parts are of one sum, which a step that follows adds.</summary>
    public bool SumsByHalves => Parts.Count > 1 && Parts[0].Output != Parts[1].Output;
}

/// <summary>One call of a projection.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Channels">Input channels of this call.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Gates">The gates of all input channels, or −1 where there are none.</param>
/// <param name="GatesAt">The first one of this call's channels.</param>
/// <param name="WeightsFrom">Floats from the step's packed weights to this part's.</param>
/// <param name="Output">What it writes to.</param>
/// <param name="OutputAt">Floats behind the beginning of the output, and of the residual.</param>
internal sealed record ProjectionPart(PointwiseMapKernel Kernel, int Channels, int Input, int Gates, int GatesAt, int Output, long WeightsFrom, long OutputAt);

/// <summary>A fused block. Without a residual its slot is −1.</summary>
internal sealed record FusedMBConvStep(string Name, FusedMBConvKernel Fused, long WeightsAt, int Input, int Residual, int Output) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Fused;
}

/// <summary>The sum of a projection's two parts, in pieces of sixteen channels of a position.</summary>
internal sealed record AddHalvesStep(string Name, AddHalvesKernel Sum, int Pieces, long WeightsAt, MapSlots Parts, int Residual, int Output) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Sum;
}

/// <summary>Head convolution, activation and mean; the features leave the arena in the same step.</summary>
internal sealed record HeadStep(string Name, HeadKernel Head, long WeightsAt, int Input, int Output) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Head;
}

/// <summary>The classifier, of all images of a pass at once: from the features that have left the arena to the logits.</summary>
internal sealed record ClassifierStep(string Name, ClassifierKernel Classifier, long WeightsAt) : Step(Name, WeightsAt)
{
    public override Kernel Kernel => Classifier;
}

/// <summary>The slots of a map or of sums that lie in two halves; the second is −1 where there is but one.</summary>
internal readonly record struct MapSlots(int First, int Second)
{
    public int[] All => [First, Second];

    /// <summary>The slot of a half; where there is but one slot, that.</summary>
    public int Of(int half) => half == 0 || Second < 0 ? First : Second;
}

/// <summary>Whose memory a slot lies in, in the order in which they lie: of two workers each has its own, and some that the other reads; the rest is everybody's.</summary>
internal enum Home
{
    /// <summary>Only the first half of the workers reads and writes here.</summary>
    FirstHalf,

    /// <summary>The first half writes, everybody reads.</summary>
    FromFirstHalf,

    Everybody,

    /// <summary>The second half writes, everybody reads.</summary>
    FromSecondHalf,

    /// <summary>Only the second half of the workers reads and writes here.</summary>
    SecondHalf,
}

/// <summary>A place in the arena and the steps between which it is alive, both included.</summary>
internal sealed record Slot(string Name, long Floats, int FirstStep, int LastStep, long At)
{
    public Home Home { get; init; }

    /// <summary>The slot of the second copy of what every worker reads, which the second half of the workers makes for itself; −1 where there is one for all.</summary>
    public int Copy { get; init; } = -1;

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

    public required WeightForm Form { get; init; }

    public required long At { get; init; }

    public long PanelStride { get; init; }

    public int PanelBlocks { get; init; } = 1;

    public int ReductionGroup { get; init; }

    public int ReductionStep { get; init; }

    public int ReductionFirst { get; init; }

    public long ReductionStride { get; init; }

    public int FirstBlocks { get; init; }

    public long BiasAt { get; init; }

    public long BiasStride { get; init; }

    public int GroupBlocks { get; init; } = 1;

    public long GroupStride { get; init; }
}

/// <summary>The layouts of packed weights, of which each is called as the runtime's <c>PackedForm</c> calls it.</summary>
internal enum WeightForm
{
    Panels,

    Depthwise,

    /// <summary>Panels of the 16 values that <see cref="Planning.Winograd"/> multiplies in place of a kernel's nine weights.</summary>
    Winograd,
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
    long TraceFloats)
{
    /// <summary>Number of the first step that is made for several images of a batch before the next step begins; all steps before it are made for one image
    /// and then for the next. The classifier's where there is none.</summary>
    public required int StepwiseFrom { get; init; }

    /// <summary>Whether there is such a step.</summary>
    public bool IsStepwise => StepwiseFrom < Steps.Count - 1;

    /// <summary>Images of a batch that a worker has under way together, at most.</summary>
    public int ImagesAtOnce => IsStepwise ? BatchOrder.ImagesAtOnce : 1;
}
