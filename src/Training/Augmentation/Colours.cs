using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Operations on the values of pixels, as Pillow's ImageEnhance and ImageOps have them.</summary>
internal static class Colours
{
    private const int Channels = 3;

    /// <summary>Between black and the image: factor 1 is the image.</summary>
    public static Image Brightness(Image image, double factor) => Map(image, (value, _) => factor * value);

    /// <summary>Between the image's mean grey and the image.</summary>
    public static Image Contrast(Image image, double factor)
    {
        double sum = 0;
        for (int i = 0; i < image.Pixels.Length; i += Channels) sum += Grey(image.Pixels, i);
        double mean = Math.Floor(sum / (image.Pixels.Length / Channels) + 0.5);
        return Map(image, (value, _) => mean + factor * (value - mean));
    }

    /// <summary>Between the grey image and the image.</summary>
    public static Image Saturation(Image image, double factor) => Map(image, (value, at) =>
    {
        int grey = Grey(image.Pixels, at);
        return grey + factor * (value - grey);
    });

    /// <summary>Keeps so many of each value's upper bits.</summary>
    public static Image Posterize(Image image, int bits)
    {
        int mask = 0xFF << (8 - bits) & 0xFF;
        return Table(image, value => value & mask);
    }

    /// <summary>Inverts all values from a threshold on.</summary>
    public static Image Solarize(Image image, double threshold) => Table(image, value => value >= threshold ? 255 - value : value);

    /// <summary>Stretches each channel to the whole range.</summary>
    public static Image AutoContrast(Image image) => PerChannel(image, histogram =>
    {
        int least = Array.FindIndex(histogram, count => count > 0), most = Array.FindLastIndex(histogram, count => count > 0);
        double scale = most > least ? 255.0 / (most - least) : 1;
        return value => most > least ? (int)Math.Clamp((value - least) * scale, 0, 255) : value;
    });

    /// <summary>Makes each channel's histogram even.</summary>
    public static Image Equalize(Image image) => PerChannel(image, histogram =>
    {
        int[] there = histogram.Where(count => count > 0).ToArray();
        int step = there.Length <= 1 ? 0 : (there.Sum() - there[^1]) / 255;
        if (step == 0) return value => value;
        var table = new int[256];
        for (int value = 0, sum = step / 2; value < table.Length; sum += histogram[value++]) table[value] = Math.Min(255, sum / step);
        return value => table[value];
    });

    /// <summary>Between a smoothed image and the image; the border stays.</summary>
    public static Image Sharpness(Image image, double factor)
    {
        int row = image.Width * Channels;
        byte[] pixels = image.Pixels.ToArray();
        for (int y = 1; y < image.Height - 1; y++)
        {
            for (int at = y * row + Channels; at < (y + 1) * row - Channels; at++)
            {
                ReadOnlySpan<byte> p = image.Pixels;
                int around = p[at - row - 3] + p[at - row] + p[at - row + 3] + p[at - 3] + p[at + 3] + p[at + row - 3] + p[at + row] + p[at + row + 3];
                double smooth = Math.Floor((around + 5 * p[at]) / 13.0 + 0.5);
                pixels[at] = Round(smooth + factor * (p[at] - smooth));
            }
        }

        return Image.FromRgb(pixels, image.Width, image.Height);
    }

    // ITU-R 601 in 16 bits of fraction, as Pillow has it.
    private static int Grey(ReadOnlySpan<byte> pixels, int at) => (pixels[at] * 19595 + pixels[at + 1] * 38470 + pixels[at + 2] * 7471 + 0x8000) >> 16;

    private static byte Round(double value) => (byte)Math.Clamp(value, 0, 255);

    private static Image Map(Image image, Func<int, int, double> value)
    {
        var pixels = new byte[image.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = Round(value(image.Pixels[i], i - i % Channels));
        return Image.FromRgb(pixels, image.Width, image.Height);
    }

    private static Image Table(Image image, Func<int, int> value) => PerChannel(image, _ => value);

    private static Image PerChannel(Image image, Func<int[], Func<int, int>> tableOf)
    {
        var pixels = new byte[image.Pixels.Length];
        for (int channel = 0; channel < Channels; channel++)
        {
            var histogram = new int[256];
            for (int i = channel; i < pixels.Length; i += Channels) histogram[image.Pixels[i]]++;
            Func<int, int> value = tableOf(histogram);
            byte[] table = Enumerable.Range(0, 256).Select(level => (byte)value(level)).ToArray();
            for (int i = channel; i < pixels.Length; i += Channels) pixels[i] = table[image.Pixels[i]];
        }

        return Image.FromRgb(pixels, image.Width, image.Height);
    }
}
