namespace EfficientNet.Runtime;

/// <summary>
/// Everything about a compiled network that is not code: its numbers, its layers and where its weights go. The
/// compiler writes one as static data into every generated class.
/// </summary>
public sealed class NetworkDescription
{
    /// <summary>The network's name, which is also the generated class's.</summary>
    public required string Name { get; init; }

    /// <summary>The published family whose stage table it uses, or "custom".</summary>
    public required string Family { get; init; }

    /// <summary>The library whose defaults it follows.</summary>
    public required string Convention { get; init; }

    /// <summary>How convolutions pad: "symmetric" ((k-1)/2 on every side) or "same" (TensorFlow's SAME).</summary>
    public required string Padding { get; init; }

    /// <summary>BatchNorm's epsilon, added to the variance; 0 for a network without BatchNorm.</summary>
    public required double Epsilon { get; init; }

    /// <summary>BatchNorm's momentum: the weight of the new value in the running statistics.</summary>
    public required double Momentum { get; init; }

    /// <summary>The activation's name.</summary>
    public required string Activation { get; init; }

    /// <summary>Channels of the input: 3, in the order red, green, blue.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Side of the square input, in pixels.</summary>
    public required int Resolution { get; init; }

    /// <summary>Number of classes: the length of one image's logits.</summary>
    public required int Classes { get; init; }

    /// <summary>Number of pooled features, which enter the classifier.</summary>
    public required int Features { get; init; }

    /// <summary>Number of trainable parameters (BatchNorm's running statistics are not counted).</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of one image.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>The names of the classes, in the order of their numbers, where the spec lists them; else null, also for
    /// ImageNet's list.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The spec as JSON, every default written out, from which the compiler makes the same network; null for a
    /// network that was not compiled from one. Labels are not in it.</summary>
    public string? Spec { get; init; }

    /// <summary>From a photo to the input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The layers, in an order in which every input precedes its use: the whole graph as it runs. The last one
    /// makes the logits.</summary>
    public required IReadOnlyList<LayerDescription> Layers { get; init; }

    /// <summary>The steps of a pass, in order of execution; all workers meet after each.</summary>
    public required IReadOnlyList<StepDescription> Steps { get; init; }

    /// <summary>The maps that a traced pass keeps, in order of execution.</summary>
    public required IReadOnlyList<MapDescription> Maps { get; init; }

    /// <summary>Every convolution and linear layer with its weights' names and packed place.</summary>
    public required IReadOnlyList<ConvolutionWeights> Weights { get; init; }

    /// <summary>The families of kernels that the network carries, in order of preference.</summary>
    public IReadOnlyList<InstructionSet> InstructionSets { get; init; } = [InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.Portable];

    /// <summary>Length of the packed weights, in floats.</summary>
    public required long PackedFloats { get; init; }

    /// <summary>Length of the planned arena of one image, in floats. A session's workers share it, or have arenas of their own (<see cref="Session.MaximumBatch"/>).</summary>
    public required long ArenaFloats { get; init; }

    /// <summary>Images of a batch that go through the last blocks together at most, step by step, so that they share what a step reads of weights; each of them needs an
    /// arena. 1 where a pass is made for one image and then for the next.</summary>
    public int ImagesAtOnce { get; init; } = 1;

    /// <summary>Length of one worker's own scratch memory, in floats.</summary>
    public required long ScratchFloats { get; init; }

    /// <summary>Length of the buffer that a traced pass fills, in floats.</summary>
    public required long TraceFloats { get; init; }

    /// <summary>Version of the compiler that generated the network.</summary>
    public required string CompilerVersion { get; init; }
}
