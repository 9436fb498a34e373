using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>RandAugment (Cubuk et al. 2020) with torchvision's operations and ranges: a few operations, drawn with replacement, all of one magnitude.</summary>
internal static class RandAugment
{
    private const double LargestMagnitude = 30;

    // From a magnitude in 0 … 1 and a random sign.
    private static readonly Func<Image, double, double, Image>[] Operations =
    [
        (image, _, _) => image,
        (image, magnitude, sign) => Geometry.Affine(image, 0, sign * Math.Atan(0.3 * magnitude) * 180 / Math.PI, 1, 0, 0),
        (image, magnitude, sign) => Geometry.Affine(image, 0, 0, 1, sign * magnitude * 150.0 / 331 * image.Width, 0),
        (image, magnitude, sign) => Geometry.Affine(image, 0, 0, 1, 0, sign * magnitude * 150.0 / 331 * image.Height),
        (image, magnitude, sign) => Geometry.Affine(image, sign * 30 * magnitude, 0, 1, 0, 0),
        (image, magnitude, sign) => Colours.Brightness(image, 1 + sign * 0.9 * magnitude),
        (image, magnitude, sign) => Colours.Saturation(image, 1 + sign * 0.9 * magnitude),
        (image, magnitude, sign) => Colours.Contrast(image, 1 + sign * 0.9 * magnitude),
        (image, magnitude, sign) => Colours.Sharpness(image, 1 + sign * 0.9 * magnitude),
        (image, magnitude, _) => Colours.Posterize(image, 8 - (int)Math.Round(magnitude * 4)),
        (image, magnitude, _) => Colours.Solarize(image, 255 * (1 - magnitude)),
        (image, _, _) => Colours.AutoContrast(image),
        (image, _, _) => Colours.Equalize(image),
    ];

    /// <summary>Applies some.</summary>
    public static Image Apply(Image image, int operations, int magnitude, RandomStream random)
    {
        for (int i = 0; i < operations; i++)
        {
            Func<Image, double, double, Image> operation = Operations[random.Below(Operations.Length)];
            image = operation(image, magnitude / LargestMagnitude, random.Uniform() < 0.5 ? -1 : 1);
        }

        return image;
    }
}
