namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Softmax and cross-entropy of a target for every class, with label smoothing: loss and gradient of the logits. Pieces are the images.</summary>
/// <param name="Classes">Classes, of which a run may use fewer; logits and gradients are padded to blocks of 16, targets are not.</param>
internal sealed record SoftmaxCrossEntropyKernel(int Classes) : Kernel
{
    public override string Name => $"SoftmaxCrossEntropy_{Classes}";
}

/// <summary>Sigmoid and binary cross-entropy of a target for every class: loss and gradient of the logits. Pieces are the images.</summary>
/// <param name="Classes">Classes, of which a run may use fewer; logits and gradients are padded to blocks of 16, targets are not.</param>
internal sealed record BinaryCrossEntropyKernel(int Classes) : Kernel
{
    public override string Name => $"BinaryCrossEntropy_{Classes}";
}
