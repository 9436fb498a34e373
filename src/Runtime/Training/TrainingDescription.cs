namespace EfficientNet.Runtime;

/// <summary>Everything about a network's training step that is not code: where its numbers lie and how long its buffers are.</summary>
public sealed class TrainingDescription
{
    /// <summary>The network.</summary>
    public required NetworkDescription Network { get; init; }

    /// <summary>The families of kernels that the step carries, in order of preference.</summary>
    public required IReadOnlyList<InstructionSet> InstructionSets { get; init; }

    /// <summary>Names of the network's parts in the order in which they run: stem, stage.block, head. Training may begin at any of them.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>The first parameter of each of <see cref="Parts"/>: those of a part lie together, before the next one's. Multiples of 16.</summary>
    public required IReadOnlyList<long> PartsAt { get; init; }

    /// <summary>Every convolution and linear layer: places among the parameters. BatchNorm is not folded.</summary>
    public required IReadOnlyList<ConvolutionWeights> Weights { get; init; }

    /// <summary>Every BatchNorm: places among parameters and statistics.</summary>
    public required IReadOnlyList<BatchNormPlace> BatchNorms { get; init; }

    /// <summary>Masks of stochastic depth and dropout.</summary>
    public required IReadOnlyList<MaskDescription> Masks { get; init; }

    /// <summary>Length of the parameters, padding included; gradients and an optimizer's memories are as long. A multiple of 16.</summary>
    public required long ParameterFloats { get; init; }

    /// <summary>Length of the running statistics.</summary>
    public required long StatisticsFloats { get; init; }

    /// <summary>Floats of an image's maps; those of the next image follow them.</summary>
    public required long MapFloats { get; init; }

    /// <summary>Floats of an image's vectors; of each vector, those of all images lie side by side.</summary>
    public required long VectorFloats { get; init; }

    /// <summary>Floats kept once for all images.</summary>
    public required long RecordFloats { get; init; }

    /// <summary>Length of one worker's scratch memory.</summary>
    public required long ScratchFloats { get; init; }

    /// <summary>Floats of an image's masks.</summary>
    public required long MaskFloats { get; init; }
}

/// <summary>A BatchNorm's names and where its numbers lie: channel c of gamma at <c>GammaAt + c</c>, of beta at <c>BetaAt + c</c>, of the running mean at
/// <c>StatisticsAt + c / 16 · 32 + c % 16</c>, of the running variance 16 floats behind it.</summary>
/// <param name="Names">Names of its tensors.</param>
/// <param name="Channels">Number of channels.</param>
/// <param name="GammaAt">Place among the parameters.</param>
/// <param name="BetaAt">Place among the parameters.</param>
/// <param name="StatisticsAt">Place among the statistics.</param>
public sealed record BatchNormPlace(ParameterNames Names, int Channels, long GammaAt, long BetaAt, long StatisticsAt);

/// <summary>Something that is dropped at random in training. Of <c>n</c> images its masks begin at <c>At · n</c>, image after image, <c>Floats</c> each.</summary>
/// <param name="Name">Stage and block whose branch is dropped, or <c>dropout</c>.</param>
/// <param name="Rate">Probability of being dropped.</param>
/// <param name="Elements">Elements of an image that are dropped independently: 1 for stochastic depth.</param>
/// <param name="At">Place in a single image's masks.</param>
/// <param name="Floats">Floats of an image.</param>
public sealed record MaskDescription(string Name, double Rate, int Elements, long At, int Floats);
