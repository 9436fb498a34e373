namespace EfficientNet.Runtime;

/// <summary>The layouts in which kernels read weights. <see cref="ConvolutionWeights"/> has the formulas.</summary>
public enum PackedForm
{
    /// <summary>Panels of 16-lane blocks of outputs, reduction index outside: dense, pointwise and linear layers.</summary>
    Panels,

    /// <summary>Per 16 channels all taps, then the bias: depthwise convolutions.</summary>
    Depthwise,

    /// <summary>Panels of the 16 values that Winograd's F(2×2, 3×3) multiplies in place of a kernel's nine weights: dense 3×3 convolutions of stride 1.</summary>
    Winograd,
}
