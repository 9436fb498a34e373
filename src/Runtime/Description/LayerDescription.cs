namespace EfficientNet.Runtime;

/// <summary>One layer: one row of what <c>inspect</c> shows.</summary>
/// <param name="Name">The layer's name within the network.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Height">Height of its output.</param>
/// <param name="Width">Width of its output.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAdds">Multiply-adds of one image.</param>
/// <param name="ActivationBytes">Bytes of its output as float32, without padding channels.</param>
public sealed record LayerDescription(
    string Name,
    string Operation,
    int Channels,
    int Height,
    int Width,
    long Parameters,
    long MultiplyAdds,
    long ActivationBytes);
