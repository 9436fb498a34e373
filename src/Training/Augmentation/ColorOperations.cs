namespace EfficientNet.Training;

/// <summary>Pillow's <c>ImageEnhance</c>: each blends the image with a worse version of itself; factor 1 changes nothing, 0 leaves the worse one, more than 1 goes beyond.</summary>
internal static class ColorOperations
{
    /// <summary>Blends with black.</summary>
    public static void Brightness(PixelBuffer image, double factor)
    {
        for (int i = 0; i < image.Rgb.Length; i++)
            image.Rgb[i] = Blend(0, image.Rgb[i], (float)factor);
    }

    /// <summary>Blends with the mean of the grey image.</summary>
    public static void Contrast(PixelBuffer image, double factor)
    {
        long sum = 0;
        for (int i = 0; i < image.Rgb.Length; i += 3)
            sum += Grey(image.Rgb.AsSpan(i, 3));
        int mean = (int)((double)sum / (image.Width * image.Height) + 0.5);
        for (int i = 0; i < image.Rgb.Length; i++)
            image.Rgb[i] = Blend(mean, image.Rgb[i], (float)factor);
    }

    /// <summary>Blends with the grey image (Pillow calls it Color).</summary>
    public static void Saturation(PixelBuffer image, double factor)
    {
        for (int i = 0; i < image.Rgb.Length; i += 3)
        {
            Span<byte> pixel = image.Rgb.AsSpan(i, 3);
            int grey = Grey(pixel);
            for (int channel = 0; channel < 3; channel++)
                pixel[channel] = Blend(grey, pixel[channel], (float)factor);
        }
    }

    /// <summary>Blends with the image smoothed by 3×3 weights of 1 around 5, over 13; the border stays as it is.</summary>
    public static void Sharpness(PixelBuffer image, double factor)
    {
        byte[] rgb = image.Rgb;
        byte[] before = [.. rgb];
        int stride = 3 * image.Width;
        for (int y = 1; y < image.Height - 1; y++)
        {
            for (int i = y * stride + 3; i < (y + 1) * stride - 3; i++)
            {
                int sum = 4 * before[i];
                for (int row = i - stride; row <= i + stride; row += stride)
                    sum += before[row - 3] + before[row] + before[row + 3];
                rgb[i] = Blend((2 * sum + 13) / 26, before[i], (float)factor);
            }
        }
    }

    /// <summary>Pillow's weights of red, green and blue, in 16 bits of fraction.</summary>
    private static int Grey(ReadOnlySpan<byte> pixel)
    {
        return (pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16;
    }

    private static byte Blend(int worse, int value, float factor)
    {
        float blended = worse + factor * (value - worse);
        return (byte)Math.Clamp(blended, 0f, 255f); // the cast drops the fraction, as Pillow's does
    }
}
