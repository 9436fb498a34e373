namespace EfficientNet.Compiler.Planning.Training;

/// <summary>SGD with momentum, or Nesterov's. Pieces are lines of 16 parameters.</summary>
internal sealed record SgdKernel : Kernel
{
    public override string Name => "Sgd";
}

/// <summary>RMSProp with momentum. Pieces are lines of 16 parameters.</summary>
/// <param name="TensorFlow">TensorFlow's form: ε inside the root, the rate inside the momentum. Otherwise PyTorch's.</param>
internal sealed record RmsPropKernel(bool TensorFlow) : Kernel
{
    public override string Name => TensorFlow ? "RmsPropTensorFlow" : "RmsProp";
}

/// <summary>AdamW. Pieces are lines of 16 parameters.</summary>
internal sealed record AdamWKernel : Kernel
{
    public override string Name => "AdamW";
}

/// <summary>The exponential moving average of parameters or statistics. Pieces are lines of 16.</summary>
internal sealed record ExponentialAverageKernel : Kernel
{
    public override string Name => "ExponentialAverage";
}

/// <summary>Sums of squares of gradients by chunks, from which their norm is found. Pieces are the chunks.</summary>
internal sealed record GradientNormKernel : Kernel
{
    /// <summary>Lines of 16 gradients in a chunk; the last chunk may have fewer.</summary>
    public const int ChunkLines = 256;

    public override string Name => "GradientNorm";
}
