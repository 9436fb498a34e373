using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Model;

/// <summary>
/// What one JSON file asks for, with every default filled in: after parsing no later stage knows a convention's name.
/// </summary>
/// <remarks>
/// This is the model that the incremental pipeline caches. It and everything it holds must be immutable and
/// compare by value; a member that breaks either breaks caching. It holds no Roslyn type and no file position.
/// </remarks>
internal sealed record ArchitectureSpec
{
    /// <summary>All families of kernels, as a project names them, in order of preference.</summary>
    public static readonly EquatableArray<string> EveryInstructionSet = new[] { "avx512", "avx2", "portable" }.ToEquatableArray();

    /// <summary>The families that a training step carries where the project names none: nobody trains on the others, and they are a third of its code.</summary>
    public static readonly EquatableArray<string> TrainingInstructionSetsByDefault = new[] { "avx512", "avx2" }.ToEquatableArray();

    /// <summary>The network's name, which is also the generated class's: a C# identifier.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the spec's file, without its folder: what headers of generated files say.</summary>
    public required string SourceName { get; init; }

    /// <summary>The namespace of the generated class.</summary>
    public required string Namespace { get; init; }

    /// <summary>Whether only its own assembly sees the generated class.</summary>
    public bool IsInternal { get; init; }

    /// <summary>The families of kernels that the class carries, in order of preference; <see cref="EveryInstructionSet"/> or some of it.</summary>
    public EquatableArray<string> InstructionSets { get; init; } = EveryInstructionSet;

    /// <summary>Those of <see cref="InstructionSets"/> that a training step carries too.</summary>
    public EquatableArray<string> TrainingInstructionSets { get; init; } = TrainingInstructionSetsByDefault;

    /// <summary>Who made the convention the defaults came from; for remarks and <c>inspect</c> only.</summary>
    public required string Convention { get; init; }

    /// <summary>The published family the stage table came from, or "custom".</summary>
    public required string Family { get; init; }

    public required ScalingSpec Scaling { get; init; }

    public required RoundingSpec Rounding { get; init; }

    public required StemSpec Stem { get; init; }

    public required EquatableArray<StageSpec> Stages { get; init; }

    public required HeadSpec Head { get; init; }

    public required ActivationKind Activation { get; init; }

    public required PaddingMode Padding { get; init; }

    /// <summary>Absent for a network without BatchNorm, whose convolutions carry biases instead.</summary>
    public required BatchNormSpec? BatchNorm { get; init; }

    public required BiasSpec Biases { get; init; }

    /// <summary>The number of classes the classifier tells apart.</summary>
    public required int Classes { get; init; }

    /// <summary>Probability that a pooled feature is dropped in training.</summary>
    public required double Dropout { get; init; }

    /// <summary>Probability that the last block's branch is dropped in training; block i of N drops with rate·i/N.</summary>
    public required double StochasticDepth { get; init; }

    public required PreprocessingSpec Preprocessing { get; init; }

    /// <summary>What the classes are called; absent where nobody said.</summary>
    public required LabelsSpec? Labels { get; init; }

    /// <summary>Whether the backward pass is generated too.</summary>
    public required bool Training { get; init; }

    /// <summary>Whether the build packs a weight file and embeds it beside the class, which then has a way to load it.</summary>
    public bool EmbedsWeights { get; init; }

    /// <summary>Whether the generated code checks between its steps that every kernel kept to its slots.</summary>
    public bool Checked { get; init; }
}

/// <summary>The three numbers of compound scaling.</summary>
/// <param name="Width">Multiplies every channel count.</param>
/// <param name="Depth">Multiplies every number of repeats.</param>
/// <param name="Resolution">Side of the square input, in pixels.</param>
internal sealed record ScalingSpec(double Width, double Depth, int Resolution);

/// <summary>How scaled channel counts become whole numbers.</summary>
/// <param name="Divisor">Channels become a multiple of this.</param>
/// <param name="KeepNinetyPercent">Whether a result below 0.9 of the exact value is raised by one divisor.</param>
internal sealed record RoundingSpec(int Divisor, bool KeepNinetyPercent);

/// <summary>The first convolution, kernel 3×3, stride 2.</summary>
/// <param name="Channels">Output channels before scaling.</param>
/// <param name="Scaled">Whether width scales them; the Lite family keeps them fixed.</param>
internal sealed record StemSpec(int Channels, bool Scaled);

/// <summary>One row of the stage table, before scaling.</summary>
internal sealed record StageSpec
{
    public required BlockKind Block { get; init; }

    /// <summary>Side of the depthwise kernel, or of a fused block's dense one: odd, from 1 (fused: 3) to 9.</summary>
    public required int Kernel { get; init; }

    /// <summary>Stride of the stage's first block, 1 or 2.</summary>
    public required int Stride { get; init; }

    /// <summary>Expanded channels over input channels; 1 means there is no expansion.</summary>
    public required int Expansion { get; init; }

    /// <summary>Output channels before scaling.</summary>
    public required int Channels { get; init; }

    /// <summary>Blocks before scaling.</summary>
    public required int Repeats { get; init; }

    /// <summary>Whether depth scales the repeats; the Lite family keeps first and last stage as they are.</summary>
    public required bool DepthScaled { get; init; }

    /// <summary>Squeeze-excite channels over the block's input channels; 0 means no squeeze-excite.</summary>
    public required double SqueezeExcite { get; init; }
}

/// <summary>The last pointwise convolution and how its width is found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Channels">Its number: 1280 where scaled or fixed, the factor 4 of the last stage.</param>
internal sealed record HeadSpec(HeadRule Rule, int Channels);

/// <summary>The constants of every BatchNorm.</summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">Weight of the new value in the running statistics.</param>
internal sealed record BatchNormSpec(double Epsilon, double Momentum);

/// <summary>Which convolutions carry a bias of their own.</summary>
internal sealed record BiasSpec(bool Stem, bool Pointwise, bool Depthwise, bool Head);

/// <summary>From a photo to the input tensor.</summary>
internal sealed record PreprocessingSpec
{
    /// <summary>Shorter side after resizing, in pixels.</summary>
    public required int Resize { get; init; }

    /// <summary>Side of the centre crop, in pixels.</summary>
    public required int Crop { get; init; }

    public required InterpolationKind Interpolation { get; init; }

    /// <summary>Subtracted per channel (red, green, blue) from values in 0..1.</summary>
    public required EquatableArray<double> Mean { get; init; }

    /// <summary>Divides per channel after the mean is subtracted.</summary>
    public required EquatableArray<double> Std { get; init; }
}

/// <summary>The names of the classes: a published list by its name, or the names themselves.</summary>
/// <param name="Set">Name of a published list, <c>imagenet1k</c>; absent where the names are given.</param>
/// <param name="Names">One name a class, in the classifier's order; empty where a published list is named.</param>
internal sealed record LabelsSpec(string? Set, EquatableArray<string> Names);

internal enum BlockKind
{
    /// <summary>Pointwise expansion, depthwise convolution, squeeze-excite, pointwise projection.</summary>
    MBConv,

    /// <summary>Dense k×k expansion in place of pointwise and depthwise, then pointwise projection.</summary>
    FusedMBConv,

    /// <summary>A depthwise convolution, then a pointwise one.</summary>
    DepthwiseSeparable,
}

internal enum ActivationKind
{
    None,
    Silu,
    Relu6,
    Relu,
    HardSwish,
}

internal enum PaddingMode
{
    /// <summary>(k − 1) / 2 on both sides.</summary>
    Symmetric,

    /// <summary>TensorFlow's SAME: output = ⌈input / stride⌉, the smaller half first.</summary>
    Same,
}

internal enum HeadRule
{
    /// <summary>A multiple of the last stage's channels.</summary>
    TimesLastStage,

    /// <summary>A base count, scaled by width and rounded.</summary>
    Scaled,

    /// <summary>A fixed count.</summary>
    Fixed,

    /// <summary>No head convolution: the classifier reads the last stage, pooled.</summary>
    None,
}

internal enum InterpolationKind
{
    Bicubic,
    Bilinear,
}
