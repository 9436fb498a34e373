namespace EfficientNet.Training;

/// <summary>What happens to an image's pixels between crop and normalisation.</summary>
internal static class PixelAugmenter
{
    private const int Operations = 14;
    private const double Magnitudes = 30;

    /// <summary>ColorJitter: the order first, then the four factors.</summary>
    public static void Jitter(PixelBuffer image, ColorJitter settings, ref RandomSequence random)
    {
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        double brightness = Factor(settings.Brightness, ref random), contrast = Factor(settings.Contrast, ref random), saturation = Factor(settings.Saturation, ref random);
        double hue = random.Between(-settings.Hue, settings.Hue);
        foreach (int operation in order)
        {
            switch (operation)
            {
                case 0 when settings.Brightness > 0:
                    ColorOperations.Brightness(image, brightness);
                    break;
                case 1 when settings.Contrast > 0:
                    ColorOperations.Contrast(image, contrast);
                    break;
                case 2 when settings.Saturation > 0:
                    ColorOperations.Saturation(image, saturation);
                    break;
                case 3 when settings.Hue > 0:
                    HueOperation.Apply(image, hue);
                    break;
            }
        }
    }

    /// <summary>RandAugment: an operation and a sign, so many times.</summary>
    public static void RandAugment(PixelBuffer image, RandAugment settings, ref RandomSequence random)
    {
        for (int i = 0; i < settings.Count; i++)
        {
            int operation = random.Below(Operations);
            Apply(image, operation, settings.Magnitude, random.Chance(0.5) ? -1 : 1);
        }
    }

    /// <summary>One operation in torchvision's order and strength.</summary>
    /// <param name="image">The image.</param>
    /// <param name="operation">0 to 13.</param>
    /// <param name="magnitude">0 to 30.</param>
    /// <param name="sign">1 or −1, for the operations that have two directions.</param>
    public static void Apply(PixelBuffer image, int operation, int magnitude, int sign)
    {
        double part = magnitude / Magnitudes;
        double factor = 1 + 0.9 * part * sign;
        switch (operation)
        {
            case 0: // Identity
                break;
            case 1:
                AffineOperation.ShearX(image, 0.3 * part * sign);
                break;
            case 2:
                AffineOperation.ShearY(image, 0.3 * part * sign);
                break;
            case 3:
                AffineOperation.Translate(image, (int)(150.0 / 331 * image.Width * part * sign), 0);
                break;
            case 4:
                AffineOperation.Translate(image, 0, (int)(150.0 / 331 * image.Height * part * sign));
                break;
            case 5:
                AffineOperation.Rotate(image, 30 * part * sign);
                break;
            case 6:
                ColorOperations.Brightness(image, factor);
                break;
            case 7:
                ColorOperations.Saturation(image, factor);
                break;
            case 8:
                ColorOperations.Contrast(image, factor);
                break;
            case 9:
                ColorOperations.Sharpness(image, factor);
                break;
            case 10:
                ToneOperations.Posterize(image, 8 - (int)Math.Round(magnitude / (Magnitudes / 4), MidpointRounding.ToEven));
                break;
            case 11:
                ToneOperations.Solarize(image, 255 * (1 - part));
                break;
            case 12:
                ToneOperations.AutoContrast(image);
                break;
            case 13:
                ToneOperations.Equalize(image);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, "There are fourteen operations.");
        }
    }

    private static double Factor(double strength, ref RandomSequence random)
    {
        return random.Between(Math.Max(0, 1 - strength), 1 + strength);
    }
}
