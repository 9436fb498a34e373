namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// The inverse DCT of a block's lowest 4 × 4, 2 × 2 or 1 × 1 coefficients to as many samples: the block at a half, a quarter or an eighth,
/// without frequencies that the smaller image cannot hold.
/// </summary>
/// <remarks>
/// With N points, sample (x, y) is 128 + ⅛ Σ a(u) a(v) F(u, v) cos((2x + 1)uπ / 2N) cos((2y + 1)vπ / 2N) over u, v below N, where a(0) = 1 and otherwise √2.
/// For N = 1 and 2 all factors are ±1 and the sum is exact; for N = 4 the two irrational ones have 13 bits of fraction.
/// </remarks>
internal static class ReducedInverseDct
{
    private const int Bits = 13, BetweenBits = 2;

    // √2 cos(π/8) and √2 cos(3π/8).
    private const int Near = 10703, Far = 4433;

    /// <summary>Turns dequantized coefficients into samples of 0 to 255.</summary>
    /// <param name="coefficients">64 as a block has them, row by row; only the first <paramref name="points"/> of as many rows count.</param>
    /// <param name="points">1, 2 or 4.</param>
    /// <param name="samples">Receives <paramref name="points"/> rows of as many bytes.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    public static void Transform(ReadOnlySpan<int> coefficients, int points, Span<byte> samples, int stride)
    {
        if (points == 1)
        {
            samples[0] = Sample(coefficients[0], 3);
            return;
        }

        if (points == 2)
        {
            int sum = coefficients[0] + coefficients[8], difference = coefficients[0] - coefficients[8];
            int across = coefficients[1] + coefficients[9], acrossDifference = coefficients[1] - coefficients[9];
            samples[0] = Sample(sum + across, 3);
            samples[1] = Sample(sum - across, 3);
            samples[stride] = Sample(difference + acrossDifference, 3);
            samples[stride + 1] = Sample(difference - acrossDifference, 3);
            return;
        }

        Span<int> between = stackalloc int[16];
        const int shift = Bits - BetweenBits;
        for (int x = 0; x < 4; x++)
        {
            (between[x], between[4 + x], between[8 + x], between[12 + x]) =
                Four(coefficients[x], coefficients[8 + x], coefficients[16 + x], coefficients[24 + x], 1 << (shift - 1), shift);
        }

        for (int y = 0; y < 4; y++)
        {
            Span<int> row = between.Slice(4 * y, 4);
            Span<byte> to = samples.Slice(stride * y, 4);
            const int last = Bits + BetweenBits;
            (int s0, int s1, int s2, int s3) = Four(row[0], row[1], row[2], row[3], 0, 0);
            (to[0], to[1], to[2], to[3]) = (Sample(s0, last + 3), Sample(s1, last + 3), Sample(s2, last + 3), Sample(s3, last + 3));
        }
    }

    private static (int S0, int S1, int S2, int S3) Four(int f0, int f1, int f2, int f3, int rounding, int shift)
    {
        int sum = ((f0 + f2) << Bits) + rounding, difference = ((f0 - f2) << Bits) + rounding;
        int outer = f1 * Near + f3 * Far, inner = f1 * Far - f3 * Near;
        return ((sum + outer) >> shift, (difference + inner) >> shift, (difference - inner) >> shift, (sum - outer) >> shift);
    }

    private static byte Sample(int value, int shift) => (byte)Math.Clamp(((value + (1 << (shift - 1))) >> shift) + 128, 0, 255);
}
