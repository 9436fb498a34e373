namespace EfficientNet.Training;

/// <summary>How an image comes to the network's side.</summary>
public enum ImageFit
{
    /// <summary>Resized and cut as the network's preprocessing says.</summary>
    Resize,

    /// <summary>Put in the middle of a black square, pixel for pixel: MNIST's digits of 28 pixels in 32. A random crop is taken of that square.</summary>
    Pad,
}
