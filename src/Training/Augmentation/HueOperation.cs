namespace EfficientNet.Training;

/// <summary>Turns the hue as torchvision does for Pillow's images: through 8-bit HSV, in Pillow's arithmetic.</summary>
internal static class HueOperation
{
    /// <param name="image">The image.</param>
    /// <param name="turn">The part of the circle, −0.5 to 0.5.</param>
    public static void Apply(PixelBuffer image, double turn)
    {
        int steps = (int)(turn * 255);
        for (int i = 0; i < image.Rgb.Length; i += 3)
        {
            Span<byte> pixel = image.Rgb.AsSpan(i, 3);
            (byte hue, byte saturation, byte value) = ToHsv(pixel[0], pixel[1], pixel[2]);
            (pixel[0], pixel[1], pixel[2]) = ToRgb((byte)(hue + steps), saturation, value);
        }
    }

    private static (byte Hue, byte Saturation, byte Value) ToHsv(byte red, byte green, byte blue)
    {
        byte largest = Math.Max(red, Math.Max(green, blue)), smallest = Math.Min(red, Math.Min(green, blue));
        if (largest == smallest)
            return (0, 0, largest);
        float range = largest - smallest;
        float saturation = range / largest;
        float fromRed = (largest - red) / range, fromGreen = (largest - green) / range, fromBlue = (largest - blue) / range;
        float hue = red == largest ? fromBlue - fromGreen
            : green == largest ? (float)(2.0 + fromRed - fromBlue)
            : (float)(4.0 + fromGreen - fromRed);
        hue = (float)((hue / 6.0 + 1.0) % 1.0);
        return ((byte)(hue * 255.0), (byte)(saturation * 255.0), largest);
    }

    private static (byte Red, byte Green, byte Blue) ToRgb(byte hue, byte saturation, byte value)
    {
        if (saturation == 0)
            return (value, value, value);
        double sixths = (float)hue * 6.0 / 255.0;
        int sextant = (int)sixths;
        float fraction = (float)(sixths - (float)sextant), part = (float)(saturation / 255.0);
        byte p = Rounded(value * (1.0 - part)), q = Rounded(value * (1.0 - part * fraction)), t = Rounded(value * (1.0 - part * (1.0 - fraction)));
        return (sextant % 6) switch
        {
            0 => (value, t, p),
            1 => (q, value, p),
            2 => (p, value, t),
            3 => (p, q, value),
            4 => (t, p, value),
            _ => (value, p, q),
        };
    }

    private static byte Rounded(double value)
    {
        return (byte)Math.Round(value, MidpointRounding.AwayFromZero);
    }
}
