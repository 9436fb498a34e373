using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Tests.Resizing;

/// <summary>
/// Pillow's resize as its definition reads, pixel by pixel: slow, whole images only, no shortcut, and in exact
/// 64-bit sums, so that an overflow of the product's would show.
/// </summary>
internal static class PillowResize
{
    public static byte[] Resize(Image image, int width, int height, Interpolation interpolation)
    {
        byte[] across = new byte[width * image.Height * 3];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int first, long[] weights) = Weights(image.Width, width, x, interpolation);
                for (int c = 0; c < 3; c++)
                {
                    long sum = 1L << 21;
                    for (int k = 0; k < weights.Length; k++) sum += weights[k] * image.Row(y)[(first + k) * 3 + c];
                    across[(y * width + x) * 3 + c] = (byte)Math.Clamp(sum >> 22, 0, 255);
                }
            }
        }

        byte[] result = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            (int first, long[] weights) = Weights(image.Height, height, y, interpolation);
            for (int i = 0; i < width * 3; i++)
            {
                long sum = 1L << 21;
                for (int k = 0; k < weights.Length; k++) sum += weights[k] * across[(first + k) * width * 3 + i];
                result[y * width * 3 + i] = (byte)Math.Clamp(sum >> 22, 0, 255);
            }
        }

        return result;
    }

    private static (int First, long[] Weights) Weights(int input, int output, int index, Interpolation interpolation)
    {
        double scale = (double)input / output;
        double filterScale = scale < 1 ? 1 : scale;
        double support = (interpolation == Interpolation.Bicubic ? 2 : 1) * filterScale;
        double center = (index + 0.5) * scale;
        int xmin = (int)(center - support + 0.5);
        if (xmin < 0) xmin = 0;
        int xmax = (int)(center + support + 0.5);
        if (xmax > input) xmax = input;

        double[] exact = new double[xmax - xmin];
        for (int x = 0; x < exact.Length; x++) exact[x] = Filter((x + xmin - center + 0.5) * (1.0 / filterScale), interpolation);
        double total = 0;
        foreach (double weight in exact) total += weight;
        return (xmin, [.. exact.Select(weight => weight / total).Select(weight => (long)(weight < 0 ? -0.5 + weight * 4194304 : 0.5 + weight * 4194304))]);
    }

    private static double Filter(double x, Interpolation interpolation)
    {
        if (x < 0) x = -x;
        if (interpolation == Interpolation.Bilinear) return x < 1 ? 1 - x : 0;
        const double a = -0.5;
        if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
}
