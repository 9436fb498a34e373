namespace EfficientNet.Training;

/// <summary>An affine map with bilinear values, black outside: drawings are small, and nearest neighbours would tear them.</summary>
internal static class SmoothAffineOperation
{
    private const int Channels = 3;

    /// <summary>Draws a map and applies it: angle, shear, scale, then the two moves.</summary>
    public static void Apply(PixelBuffer image, RandomAffine settings, ref RandomSequence random)
    {
        double degrees = random.Between(-settings.Degrees, settings.Degrees), shear = random.Between(-settings.Shear, settings.Shear);
        double scale = random.Between(settings.SmallestScale, settings.LargestScale);
        // Whole pixels, as torchvision's RandomAffine.get_params rounds them: a drawing that is only moved stays as sharp as it is.
        double right = Math.Round(image.Width * random.Between(-settings.Translation, settings.Translation));
        double down = Math.Round(image.Height * random.Between(-settings.Translation, settings.Translation));
        Apply(image, degrees, shear, scale, right, down);
    }

    /// <summary>Sheared across, turned clockwise and scaled about the centre, then moved.</summary>
    /// <param name="image">The image.</param>
    /// <param name="degrees">The angle.</param>
    /// <param name="shear">The angle by which columns lean.</param>
    /// <param name="scale">The factor of its size.</param>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels down.</param>
    public static void Apply(PixelBuffer image, double degrees, double shear, double scale, double right, double down)
    {
        byte[] from = [.. image.Rgb];
        (int width, int height) = (image.Width, image.Height);
        double angle = degrees * Math.PI / 180, lean = Math.Tan(shear * Math.PI / 180);
        // Forward p -> M (p - centre) + centre + move with M = scale * turn * [[1, lean], [0, 1]]; every output pixel looks backwards.
        double a = scale * Math.Cos(angle), b = scale * (Math.Cos(angle) * lean - Math.Sin(angle));
        double c = scale * Math.Sin(angle), d = scale * (Math.Sin(angle) * lean + Math.Cos(angle));
        double determinant = a * d - b * c, centreX = (width - 1) / 2.0, centreY = (height - 1) / 2.0;
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at += Channels)
            {
                double u = x - centreX - right, v = y - centreY - down;
                Sample((d * u - b * v) / determinant + centreX, (a * v - c * u) / determinant + centreY, image.Rgb.AsSpan(at, Channels));
            }
        }

        void Sample(double x, double y, Span<byte> pixel)
        {
            int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
            double across = x - left, below = y - top;
            for (int channel = 0; channel < Channels; channel++)
            {
                double upper = (1 - across) * At(left, top, channel) + across * At(left + 1, top, channel);
                double lower = (1 - across) * At(left, top + 1, channel) + across * At(left + 1, top + 1, channel);
                pixel[channel] = (byte)Math.Clamp(Math.Round((1 - below) * upper + below * lower), 0, 255);
            }
        }

        double At(int column, int row, int channel) => (uint)column < (uint)width && (uint)row < (uint)height ? from[(row * width + column) * Channels + channel] : 0;
    }
}
