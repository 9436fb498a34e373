namespace EfficientNet.Runtime;

/// <summary>What a layer computes. BatchNorm is part of the convolution before it.</summary>
public enum LayerOperation
{
    /// <summary>y[o] = Σ w[o, i, ky, kx] · x[i, …] (+ b[o]).</summary>
    Convolution,

    /// <summary>y[c] = Σ w[c, ky, kx] · x[c, …] (+ b[c]).</summary>
    Depthwise,

    /// <summary>The mean over all positions, per channel.</summary>
    GlobalAveragePool,

    /// <summary>y = 1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>y[c, …] = x[c, …] · gate[c], of a map and a gate.</summary>
    Scale,

    /// <summary>The sum of two tensors of one shape.</summary>
    Add,

    /// <summary>y[o] = Σ w[o, i] · x[i] + b[o].</summary>
    Linear,
}
