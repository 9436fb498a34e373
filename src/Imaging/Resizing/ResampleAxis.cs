using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Resizing;

/// <summary>
/// Which input samples make each output sample along one axis, and with which weights, for a stretch of the outputs.
/// </summary>
/// <remarks>
/// The arithmetic is Pillow's <c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c> (<c>Resample.c</c>), operation
/// for operation in double precision, because the last bit of a weight decides the last bit of a pixel. When an axis
/// shrinks, the filter widens by the same factor: that is the antialiasing.
/// </remarks>
internal sealed class ResampleAxis
{
    /// <summary>Weights are fixed-point with this many bits of fraction: 32, less 8 of pixel and 2 for overshoot.</summary>
    public const int FractionBits = 22;

    private readonly int[] starts;
    private readonly int[][] weights;

    private ResampleAxis(int[] starts, int[][] weights)
    {
        this.starts = starts;
        this.weights = weights;
        First = starts[0];
        End = starts[^1] + weights[^1].Length;
    }

    /// <summary>The first input sample that any output uses.</summary>
    public int First { get; }

    /// <summary>One beyond the last input sample that any output uses.</summary>
    public int End { get; }

    /// <summary>Outputs in the stretch.</summary>
    public int Count => starts.Length;

    /// <summary>The most input samples that one output uses.</summary>
    public int LargestSpan => weights.Max(static taps => taps.Length);

    /// <summary>The first input sample of output <paramref name="index"/> of the stretch; it never decreases.</summary>
    public int Start(int index) => starts[index];

    /// <summary>The weights of the samples from <see cref="Start"/> on, which add up to about 2^22.</summary>
    public ReadOnlySpan<int> Weights(int index) => weights[index];

    /// <summary>Plans the outputs <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> − 1.</summary>
    /// <param name="inputSize">Samples along the axis now.</param>
    /// <param name="outputSize">Samples along the axis after a whole resize; more than fit in memory, if need be.</param>
    /// <param name="first">The first output wanted.</param>
    /// <param name="count">How many outputs are wanted.</param>
    /// <param name="interpolation">The filter.</param>
    public static ResampleAxis Create(int inputSize, long outputSize, long first, int count, Interpolation interpolation)
    {
        int[] starts = new int[count];
        int[][] weights = new int[count][];
        if (inputSize == outputSize)
        {
            // Both filters are 1 at 0 and 0 at every other integer, so that this is no special case, only a short way.
            int[] one = [1 << FractionBits];
            for (int i = 0; i < count; i++) (starts[i], weights[i]) = ((int)first + i, one);
            return new ResampleAxis(starts, weights);
        }

        double scale = (double)inputSize / outputSize;
        double filterScale = Math.Max(scale, 1.0);
        double support = (interpolation == Interpolation.Bicubic ? 2.0 : 1.0) * filterScale;
        double inverse = 1.0 / filterScale;
        for (int i = 0; i < count; i++)
        {
            double center = (first + i + 0.5) * scale;
            int start = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), inputSize);
            starts[i] = start;
            weights[i] = Normalized(start, end - start, center, inverse, interpolation);
        }

        return new ResampleAxis(starts, weights);
    }

    private static int[] Normalized(int start, int count, double center, double inverse, Interpolation interpolation)
    {
        double[] exact = new double[count];
        double sum = 0;
        for (int x = 0; x < count; x++)
        {
            double distance = (x + start - center + 0.5) * inverse;
            exact[x] = interpolation == Interpolation.Bicubic ? Bicubic(distance) : Bilinear(distance);
            sum += exact[x];
        }

        int[] fixedPoint = new int[count];
        for (int x = 0; x < count; x++)
        {
            double weight = sum == 0 ? exact[x] : exact[x] / sum;
            // The cast drops the fraction: half a unit away from zero makes it round.
            fixedPoint[x] = (int)((weight < 0 ? -0.5 : 0.5) + weight * (1 << FractionBits));
        }

        return fixedPoint;
    }

    // Keys' cubic convolution with a = -0.5.
    private static double Bicubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
    }

    private static double Bilinear(double x)
    {
        x = Math.Abs(x);
        return x < 1.0 ? 1.0 - x : 0.0;
    }
}
