namespace EfficientNet.Runtime;

/// <summary>One layer of the network as it runs: what it computes of which tensors, and what that takes.</summary>
/// <param name="Name">The layer's name within the network.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inputs">The layers whose outputs it reads, as places in <see cref="NetworkDescription.Layers"/>, in the
/// order of the operation's formula; -1 is the image.</param>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Height">Height of its output.</param>
/// <param name="Width">Width of its output.</param>
public sealed record LayerDescription(
    string Name,
    LayerOperation Operation,
    IReadOnlyList<int> Inputs,
    int Channels,
    int Height,
    int Width)
{
    /// <summary>Its place in <see cref="NetworkDescription.Weights"/>; -1 for a layer without weights.</summary>
    public int Weights { get; init; } = -1;

    /// <summary>Which inputs a convolution reads for an output; null for every other operation.</summary>
    public ConvolutionWindow? Window { get; init; }

    /// <summary>Applied to what the operation gives, after its BatchNorm if it has one.</summary>
    public ActivationFunction Activation { get; init; }

    /// <summary>Trainable parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Multiply-adds of one image.</summary>
    public long MultiplyAdds { get; init; }

    /// <summary>Bytes of its output as float32, without padding channels.</summary>
    public long ActivationBytes => (long)Channels * Height * Width * sizeof(float);
}
