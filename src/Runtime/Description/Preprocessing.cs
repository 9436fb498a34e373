namespace EfficientNet.Runtime;

/// <summary>From a photo to the input tensor: resize, cut out the centre, scale to 0..1, normalise.</summary>
/// <param name="Resize">The shorter side after resizing, in pixels.</param>
/// <param name="Crop">The side of the square cut out of the centre, in pixels.</param>
/// <param name="Interpolation">The filter of the resize.</param>
/// <param name="Mean">Subtracted from values in 0..1; three numbers, for red, green and blue.</param>
/// <param name="Std">Divides after the mean is subtracted; three numbers, for red, green and blue.</param>
public sealed record Preprocessing(
    int Resize,
    int Crop,
    Interpolation Interpolation,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std);
