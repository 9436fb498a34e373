using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Runtime;

/// <summary>
/// Packs the weights of 16 outputs, which lie one behind the other in a file and side by side before a kernel: each is
/// multiplied by its output's scale in double and rounded once.
/// </summary>
/// <remarks>Megabytes go through here before the first inference: whole blocks go four outputs at a time. Both ways give
/// the same bits.</remarks>
internal static unsafe class BlockPacker
{
    /// <summary>Outputs of a block.</summary>
    public const int Lanes = 16;

    /// <summary>Packs 16 outputs.</summary>
    /// <param name="weights">From the first output's first weight on.</param>
    /// <param name="stride">Floats from one output's weights to the next's.</param>
    /// <param name="count">Weights of each output.</param>
    /// <param name="scale">What each output's weights are multiplied by.</param>
    /// <param name="packed">Receives the first output's first weight.</param>
    /// <param name="step">Floats from one weight of an output to the next.</param>
    /// <returns>The first output with a product too large for a float; −1 when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // called a few hundred times, for megabytes
    public static int Whole(ReadOnlySpan<float> weights, int stride, int count, ReadOnlySpan<double> scale, float* packed, int step)
    {
        if (weights.Length < (Lanes - 1L) * stride + count || scale.Length != Lanes)
            throw new ArgumentException("A block of weights is not as long as its outputs.", nameof(weights));

        Vector128<uint> largest = Vector128<uint>.Zero;
        fixed (float* first = weights)
        fixed (double* scales = scale)
        {
            for (int k = 0; k < count; k++)
            {
                float* from = first + k;
                float* to = packed + (long)k * step;
                for (int n = 0; n < Lanes; n += Vector128<float>.Count)
                {
                    Vector128<float> four = Vector128.Create(from[0], from[stride], from[2L * stride], from[3L * stride]);
                    (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(four);
                    Vector128<float> rounded = Vector128.Narrow(lower * Vector128.Load(scales + n), upper * Vector128.Load(scales + n + 2));
                    rounded.Store(to + n);
                    // Without their signs and read as integers, infinities and NaN are the largest floats.
                    largest = Vector128.Max(largest, rounded.AsUInt32() & Vector128.Create(0x7FFFFFFFu));
                    from += 4L * stride;
                }
            }
        }
        bool finite = Vector128.LessThanAll(largest, Vector128.Create(0x7F800000u));
        return finite ? -1 : Part(weights, stride, count, scale, packed, step);
    }

    /// <summary>Packs 16 outputs or fewer: as many as there are scales.</summary>
    /// <inheritdoc cref="Whole"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Part(ReadOnlySpan<float> weights, int stride, int count, ReadOnlySpan<double> scale, float* packed, int step)
    {
        for (int n = 0; n < scale.Length; n++)
        {
            ReadOnlySpan<float> own = weights.Slice(n * stride, count);
            for (int k = 0; k < own.Length; k++)
            {
                float rounded = (float)(own[k] * scale[n]);
                if (!float.IsFinite(rounded))
                    return n;
                packed[(long)k * step + n] = rounded;
            }
        }
        return -1;
    }
}
