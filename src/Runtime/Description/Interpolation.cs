namespace EfficientNet.Runtime;

/// <summary>The filter a photo is resized with, both antialiased as Pillow does it.</summary>
public enum Interpolation
{
    /// <summary>Cubic convolution with a = -0.5, support 2.</summary>
    Bicubic,

    /// <summary>The triangle filter, support 1.</summary>
    Bilinear,
}
