using System.Runtime.CompilerServices;

namespace EfficientNet.Runtime;

/// <summary>
/// Packs 3×3 kernels as Winograd's F(2×2, 3×3) multiplies them: <c>G·g·Gᵀ</c>, of which <see cref="ConvolutionWeights"/> has the formula.
/// </summary>
internal static unsafe class WinogradPacker
{
    /// <summary>Side of a kernel.</summary>
    public const int Kernel = 3;

    /// <summary>Side of what is multiplied in its place.</summary>
    private const int Side = 4;

    /// <summary>Values in place of a kernel's nine.</summary>
    public const int Points = Side * Side;

    /// <summary>Packs one input's kernels of 16 outputs or fewer: as many as there are scales.</summary>
    /// <param name="weights">From the first output's kernel on.</param>
    /// <param name="stride">Floats from one output's kernel to the next's.</param>
    /// <param name="scale">What each output's values are multiplied by.</param>
    /// <param name="packed">Receives the first output's first value.</param>
    /// <param name="step">Floats from one value of an output to the next.</param>
    /// <returns>The first output with a value too large for a float; −1 when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // called for every kernel before the first inference
    public static int Pack(ReadOnlySpan<float> weights, int stride, ReadOnlySpan<double> scale, float* packed, int step)
    {
        double* rows = stackalloc double[Side * Kernel];
        double* row = stackalloc double[Side];
        for (int n = 0; n < scale.Length; n++)
        {
            ReadOnlySpan<float> kernel = weights.Slice(n * stride, Kernel * Kernel);
            // What a model with BatchNorm folded could not hold is refused here too, whatever the transform makes of it.
            foreach (float weight in kernel)
            {
                if (!float.IsFinite((float)(weight * scale[n])))
                    return n;
            }
            for (int x = 0; x < Kernel; x++)
                Transform(kernel[x], kernel[Kernel + x], kernel[2 * Kernel + x], rows + x, Kernel);
            for (int i = 0; i < Side; i++)
            {
                Transform(rows[i * Kernel], rows[i * Kernel + 1], rows[i * Kernel + 2], row, 1);
                for (int j = 0; j < Side; j++)
                {
                    float rounded = (float)(row[j] * scale[n]);
                    if (!float.IsFinite(rounded))
                        return n;
                    packed[(long)(i * Side + j) * step + n] = rounded;
                }
            }
        }
        return -1;
    }

    /// <summary>G times a column.</summary>
    private static void Transform(double first, double second, double third, double* to, int step)
    {
        double outer = (first + third) / 2, inner = second / 2;
        to[0] = first;
        to[step] = outer + inner;
        to[2 * step] = outer - inner;
        to[3 * step] = third;
    }
}
