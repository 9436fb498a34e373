using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Operations that move pixels.</summary>
internal static class Geometry
{
    private const int Channels = 3;
    private const int Tries = 10;

    /// <summary>torchvision's random resized crop: ten tries to place a rectangle of random area and ratio, else the largest in the middle; resized bilinearly to a square.</summary>
    public static Image RandomResizedCrop(Image image, int side, (double Least, double Most) scale, (double Least, double Most) ratio, RandomStream random)
    {
        double area = (double)image.Width * image.Height;
        for (int i = 0; i < Tries; i++)
        {
            double target = area * random.Between(scale.Least, scale.Most);
            double aspect = Math.Exp(random.Between(Math.Log(ratio.Least), Math.Log(ratio.Most)));
            int width = (int)Math.Round(Math.Sqrt(target * aspect)), height = (int)Math.Round(Math.Sqrt(target / aspect));
            if (width < 1 || width > image.Width || height < 1 || height > image.Height)
                continue;
            return Square(image, random.Below(image.Width - width + 1), random.Below(image.Height - height + 1), width, height, side);
        }

        double own = (double)image.Width / image.Height;
        int w = own > ratio.Most ? (int)Math.Round(image.Height * ratio.Most) : image.Width;
        int h = own < ratio.Least ? (int)Math.Round(image.Width / ratio.Least) : image.Height;
        return Square(image, (image.Width - w) / 2, (image.Height - h) / 2, w, h, side);
    }

    /// <summary>A copy mirrored left to right.</summary>
    public static Image Flip(Image image)
    {
        var pixels = new byte[image.Pixels.Length];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> from = image.Row(y);
            Span<byte> to = pixels.AsSpan(y * from.Length, from.Length);
            for (int x = 0; x < image.Width; x++)
                from.Slice(x * Channels, Channels).CopyTo(to[((image.Width - 1 - x) * Channels)..]);
        }

        return Image.FromRgb(pixels, image.Width, image.Height);
    }

    /// <summary>The image on a square of zeros, in its middle.</summary>
    /// <exception cref="ArgumentException">It is larger than the square.</exception>
    public static Image Pad(Image image, int side)
    {
        if (image.Width > side || image.Height > side)
            throw new ArgumentException($"An image of {image.Width}x{image.Height} pixels does not go into a square of {side}.", nameof(image));
        var pixels = new byte[side * side * Channels];
        int left = (side - image.Width) / 2, top = (side - image.Height) / 2;
        for (int y = 0; y < image.Height; y++)
            image.Row(y).CopyTo(pixels.AsSpan(((top + y) * side + left) * Channels));
        return Image.FromRgb(pixels, side, side);
    }

    /// <summary>Turned, sheared across, scaled about the middle, then moved; bilinear, black where nothing is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="degrees">Clockwise.</param>
    /// <param name="shear">Degrees by which columns lean.</param>
    /// <param name="scale">Factor.</param>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels down.</param>
    public static Image Affine(Image image, double degrees, double shear, double scale, double right, double down)
    {
        double angle = degrees * Math.PI / 180, lean = Math.Tan(shear * Math.PI / 180);
        // Forward: p' = M (p − c) + c + t with M = scale · R · [[1, lean], [0, 1]]; looked up backwards.
        double a = scale * Math.Cos(angle), b = scale * (Math.Cos(angle) * lean - Math.Sin(angle));
        double c = scale * Math.Sin(angle), d = scale * (Math.Sin(angle) * lean + Math.Cos(angle));
        double determinant = a * d - b * c;
        double centreX = (image.Width - 1) / 2.0, centreY = (image.Height - 1) / 2.0;
        var pixels = new byte[image.Pixels.Length];
        for (int y = 0, at = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++, at += Channels)
            {
                double u = x - centreX - right, v = y - centreY - down;
                Sample(image, (d * u - b * v) / determinant + centreX, (a * v - c * u) / determinant + centreY, pixels.AsSpan(at, Channels));
            }
        }

        return Image.FromRgb(pixels, image.Width, image.Height);
    }

    private static void Sample(Image image, double x, double y, Span<byte> pixel)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double across = x - left, down = y - top;
        for (int channel = 0; channel < Channels; channel++)
        {
            double value = (1 - down) * ((1 - across) * At(left, top) + across * At(left + 1, top)) + down * ((1 - across) * At(left, top + 1) + across * At(left + 1, top + 1));
            pixel[channel] = (byte)Math.Clamp(Math.Round(value), 0, 255);

            double At(int column, int row) => (uint)column < (uint)image.Width && (uint)row < (uint)image.Height ? image.Pixels[(row * image.Width + column) * Channels + channel] : 0;
        }
    }

    private static Image Square(Image image, int left, int top, int width, int height, int side)
    {
        var pixels = new byte[width * height * Channels];
        for (int y = 0; y < height; y++)
            image.Row(top + y).Slice(left * Channels, width * Channels).CopyTo(pixels.AsSpan(y * width * Channels));
        return ImageResizer.Resize(Image.FromRgb(pixels, width, height), side, side, EfficientNet.Runtime.Interpolation.Bilinear);
    }
}
