namespace EfficientNet.Runtime;

/// <summary>The two layouts in which kernels read weights. <see cref="ConvolutionWeights"/> has the formulas.</summary>
public enum PackedForm
{
    /// <summary>Panels of 16-lane blocks of outputs, reduction index outside: dense, pointwise and linear layers.</summary>
    Panels,

    /// <summary>Per 16 channels all taps, then the bias: depthwise convolutions.</summary>
    Depthwise,
}
