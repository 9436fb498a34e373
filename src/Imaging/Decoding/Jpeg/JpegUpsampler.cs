using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// Brings one component to the image's resolution as libjpeg does by default ("fancy upsampling"): factors of two
/// with a triangle filter, three quarters of the nearer sample and one of the farther; others by repetition.
/// </summary>
/// <remarks>
/// Formulas and rounding are those of libjpeg-turbo's <c>jdsample.c</c> (<c>h2v1_fancy_upsample</c>,
/// <c>h1v2_fancy_upsample</c>, <c>h2v2_fancy_upsample</c>, <c>int_upsample</c>): the rounding alternates between
/// neighbours so that no direction is favoured.
/// </remarks>
internal sealed class JpegUpsampler
{
    // Below three samples across, libjpeg has no middle to filter and repeats.
    private const int NarrowestFiltered = 3;

    private readonly JpegPlane plane;
    private readonly int horizontal;
    private readonly int vertical;
    private readonly bool filtersAcross;
    private readonly int skipped;
    private readonly int columns;
    private readonly byte[] upsampled;

    // Sums down the columns with one more at either end, where the image's edge repeats.
    private readonly ushort[] sums;

    /// <param name="plane">The component's samples, at least in the columns of <see cref="SamplesFor"/>.</param>
    /// <param name="horizontal">Pixels across for each sample.</param>
    /// <param name="vertical">Pixels down for each sample.</param>
    /// <param name="left">The first column of pixels wanted.</param>
    /// <param name="right">One beyond the last column of pixels wanted.</param>
    public JpegUpsampler(JpegPlane plane, int horizontal, int vertical, int left, int right)
    {
        this.plane = plane;
        this.horizontal = horizontal;
        this.vertical = vertical;
        filtersAcross = horizontal == 2 && vertical <= 2 && plane.Width >= NarrowestFiltered;
        skipped = left - plane.Left * horizontal;
        columns = right - left;
        int samples = plane.Right - plane.Left;
        upsampled = new byte[samples * horizontal];
        sums = filtersAcross ? new ushort[samples + 2] : [];
    }

    /// <summary>The columns of samples that a stretch of pixels is made of, neighbours for the filter included.</summary>
    public static (int Left, int Right) SamplesFor(int left, int right, int horizontal, int width) => horizontal == 1
        ? (left, right)
        : (Math.Max(left / horizontal - 1, 0), Math.Min((right - 1) / horizontal + 2, width));

    /// <summary>The wanted columns of row <paramref name="y"/> of the image; valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        ReadOnlySpan<byte> near = plane.Row(y / vertical);
        if (filtersAcross)
        {
            Span<ushort> middle = sums.AsSpan(1, near.Length);
            if (vertical == 1) Widen(near, middle);
            else Sum(near, Far(y), middle);
            sums[0] = sums[1];
            sums[^1] = sums[^2];
            // Sums down two rows are four times a sample.
            (int even, int odd, int shift) = vertical == 1 ? (1, 2, 2) : (8, 7, 4);
            DoubleAcross(sums, upsampled, even, odd, shift);
        }
        else if ((horizontal, vertical) == (1, 1))
        {
            return near.Slice(skipped, columns);
        }
        else if ((horizontal, vertical) == (1, 2))
        {
            ReadOnlySpan<byte> far = Far(y);
            int bias = y % 2 == 0 ? 1 : 2;
            for (int x = 0; x < near.Length; x++) upsampled[x] = (byte)((3 * near[x] + far[x] + bias) >> 2);
        }
        else
        {
            for (int x = 0; x < upsampled.Length; x++) upsampled[x] = near[x / horizontal];
        }

        return upsampled.AsSpan(skipped, columns);
    }

    // The row that the second half of the triangle falls on: above for the upper of two pixels, below for the lower.
    private ReadOnlySpan<byte> Far(int y) => plane.Row(y / vertical + (y % 2 == 0 ? -1 : 1));

    private static void Widen(ReadOnlySpan<byte> samples, Span<ushort> wide)
    {
        for (int x = 0; x < samples.Length; x++) wide[x] = samples[x];
    }

    private static void Sum(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<ushort> sums)
    {
        int x = 0;
        for (; x <= near.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(near[x..]));
            (Vector128<ushort> farLow, Vector128<ushort> farHigh) = Vector128.Widen(Vector128.Create(far[x..]));
            (low * 3 + farLow).CopyTo(sums[x..]);
            (high * 3 + farHigh).CopyTo(sums[(x + Vector128<ushort>.Count)..]);
        }

        for (; x < near.Length; x++) sums[x] = (ushort)(3 * near[x] + far[x]);
    }

    // At both ends of the image the neighbour is the sample itself: three and one make four, and what is added for rounding is shifted out.
    private static void DoubleAcross(ReadOnlySpan<ushort> sums, Span<byte> doubled, int even, int odd, int shift)
    {
        int x = 1;
        Vector256<ushort> evenHalf = Vector256.Create((ushort)even), oddHalf = Vector256.Create((ushort)odd);
        for (; BitConverter.IsLittleEndian && x <= sums.Length - 1 - Vector256<ushort>.Count; x += Vector256<ushort>.Count)
        {
            Vector256<ushort> three = Vector256.Create(sums[x..]) * 3;
            Vector256<ushort> first = (three + Vector256.Create(sums[(x - 1)..]) + evenHalf) >>> shift;
            Vector256<ushort> second = (three + Vector256.Create(sums[(x + 1)..]) + oddHalf) >>> shift;
            // Both fit in a byte: the second lies above the first, and so behind it in memory.
            (first | second << 8).AsByte().CopyTo(doubled[(2 * (x - 1))..]);
        }

        for (; x < sums.Length - 1; x++)
        {
            doubled[2 * (x - 1)] = (byte)((3 * sums[x] + sums[x - 1] + even) >> shift);
            doubled[2 * (x - 1) + 1] = (byte)((3 * sums[x] + sums[x + 1] + odd) >> shift);
        }
    }
}
