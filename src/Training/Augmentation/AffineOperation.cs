namespace EfficientNet.Training;

/// <summary>
/// Pillow's <c>Image.transform</c> by an affine map with nearest neighbours, black outside: output pixel (x, y) is input pixel (a·x + b·y + c, d·x + e·y + f), both at
/// pixels' centres, in fixed point with 16 bits of fraction.
/// </summary>
internal static class AffineOperation
{
    private const int FractionBits = 16;

    /// <summary>x takes from x + slope·y.</summary>
    public static void ShearX(PixelBuffer image, double slope)
    {
        Apply(image, 1, slope, 0, 0, 1, 0);
    }

    /// <summary>y takes from y + slope·x.</summary>
    public static void ShearY(PixelBuffer image, double slope)
    {
        Apply(image, 1, 0, 0, slope, 1, 0);
    }

    /// <summary>Moves right and down.</summary>
    public static void Translate(PixelBuffer image, int right, int down)
    {
        Apply(image, 1, 0, -right, 0, 1, -down);
    }

    /// <summary>Turns counter-clockwise about the centre, as <c>Image.rotate</c>.</summary>
    public static void Rotate(PixelBuffer image, double degrees)
    {
        double angle = -(degrees - 360 * Math.Floor(degrees / 360)) * Math.PI / 180;
        double cosine = Math.Round(Math.Cos(angle), 15), sine = Math.Round(Math.Sin(angle), 15);
        double x = image.Width / 2.0, y = image.Height / 2.0;
        Apply(image, cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y);
    }

    private static void Apply(PixelBuffer image, double a, double b, double c, double d, double e, double f)
    {
        byte[] from = [.. image.Rgb];
        (int width, int height) = (image.Width, image.Height);
        (long stepX, long stepY) = (Fixed(a), Fixed(d));
        (long rowX, long rowY) = (Fixed(c + a * 0.5 + b * 0.5), Fixed(f + d * 0.5 + e * 0.5));
        for (int y = 0, to = 0; y < height; y++, rowX += Fixed(b), rowY += Fixed(e))
        {
            (long inX, long inY) = (rowX, rowY);
            for (int x = 0; x < width; x++, to += 3, inX += stepX, inY += stepY)
            {
                (long column, long row) = (inX >> FractionBits, inY >> FractionBits);
                if ((ulong)column < (ulong)width && (ulong)row < (ulong)height)
                    from.AsSpan((int)(3 * (row * width + column)), 3).CopyTo(image.Rgb.AsSpan(to, 3));
                else
                    image.Rgb.AsSpan(to, 3).Clear();
            }
        }
    }

    private static long Fixed(double value)
    {
        return (long)Math.Floor(value * (1 << FractionBits) + 0.5);
    }
}
