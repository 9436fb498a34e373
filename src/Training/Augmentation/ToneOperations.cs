namespace EfficientNet.Training;

/// <summary>Pillow's <c>ImageOps</c> that give every level of a channel another one.</summary>
internal static class ToneOperations
{
    private const int Levels = 256;

    /// <summary>Keeps so many of the highest bits.</summary>
    public static void Posterize(PixelBuffer image, int bits)
    {
        int mask = 0xFF << (8 - bits);
        for (int i = 0; i < image.Rgb.Length; i++)
            image.Rgb[i] &= (byte)mask;
    }

    /// <summary>Inverts levels from the threshold on.</summary>
    public static void Solarize(PixelBuffer image, double threshold)
    {
        for (int i = 0; i < image.Rgb.Length; i++)
            image.Rgb[i] = image.Rgb[i] < threshold ? image.Rgb[i] : (byte)(255 - image.Rgb[i]);
    }

    /// <summary>Stretches every channel to 0..255.</summary>
    public static void AutoContrast(PixelBuffer image)
    {
        Map(image, static (histogram, table) =>
        {
            int low = histogram.IndexOfAnyExcept(0), high = histogram.LastIndexOfAnyExcept(0);
            if (low == high)
                return;
            double scale = 255.0 / (high - low), offset = -low * scale;
            for (int level = 0; level < Levels; level++)
                table[level] = (byte)Math.Clamp((int)(level * scale + offset), 0, 255);
        });
    }

    /// <summary>Makes every channel's levels about equally frequent.</summary>
    public static void Equalize(PixelBuffer image)
    {
        Map(image, static (histogram, table) =>
        {
            int sum = 0;
            foreach (int count in histogram)
                sum += count;
            int step = (sum - histogram[histogram.LastIndexOfAnyExcept(0)]) / 255;
            if (step == 0)
                return;
            int below = step / 2;
            for (int level = 0; level < Levels; level++)
            {
                table[level] = (byte)Math.Min(below / step, 255);
                below += histogram[level];
            }
        });
    }

    private static void Map(PixelBuffer image, Action<Span<int>, Span<byte>> fill)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (int channel = 0; channel < 3; channel++)
        {
            histogram.Clear();
            for (int i = channel; i < image.Rgb.Length; i += 3)
                histogram[image.Rgb[i]]++;
            for (int level = 0; level < Levels; level++)
                table[level] = (byte)level;
            fill(histogram, table);
            for (int i = channel; i < image.Rgb.Length; i += 3)
                image.Rgb[i] = table[image.Rgb[i]];
        }
    }
}
