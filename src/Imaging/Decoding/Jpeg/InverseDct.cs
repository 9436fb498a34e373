using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// The inverse DCT of a block of 8 × 8 coefficients, libjpeg's accurate integer one (<c>jidctint.c</c>; Loeffler, Ligtenberg and
/// Moschytz 1989, 12 multiplications), down the columns and then along the rows.
/// </summary>
/// <remarks>
/// Constants have 13 bits of fraction, what lies between the passes has 2, and each pass rounds once. Eight columns, then eight rows, are the
/// lanes of a vector of 32-bit integers: additions and products are those of the scalar code, so the result is the same on every machine.
/// </remarks>
internal static class InverseDct
{
    private const int ConstantBits = 13, BetweenBits = 2;

    // The transform of eight points is √8 of the true one in each pass, hence 3 bits more at the end.
    private const int FirstShift = ConstantBits - BetweenBits, SecondShift = ConstantBits + BetweenBits + 3;

    /// <summary>Turns dequantized coefficients into samples of 0 to 255.</summary>
    /// <param name="coefficients">64, row by row.</param>
    /// <param name="samples">Receives eight rows of eight bytes.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    public static void Transform(ReadOnlySpan<int> coefficients, Span<byte> samples, int stride)
    {
        ReadOnlySpan<Vector256<int>> rows = MemoryMarshal.Cast<int, Vector256<int>>(coefficients);
        Octet block = new() { R0 = rows[0], R1 = rows[1], R2 = rows[2], R3 = rows[3], R4 = rows[4], R5 = rows[5], R6 = rows[6], R7 = rows[7] };
        Pass(ref block, 1 << (FirstShift - 1), FirstShift);
        block.Transpose();
        // 128 is the middle of the samples; half a unit makes the shift round.
        Pass(ref block, (128 << SecondShift) + (1 << (SecondShift - 1)), SecondShift);
        block.Transpose();
        Store(block.R0, block.R1, block.R2, block.R3, samples, stride);
        Store(block.R4, block.R5, block.R6, block.R7, samples[(4 * stride)..], stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(ref Octet x, int rounding, int shift)
    {
        // The even half; its rotation is by 6π/16.
        Vector256<int> middle = (x.R0 << ConstantBits) + Vector256.Create(rounding), fourth = x.R4 << ConstantBits;
        Vector256<int> sum = middle + fourth, difference = middle - fourth;
        Vector256<int> turned = (x.R2 + x.R6) * 4433;
        Vector256<int> second = turned + x.R2 * 6270, sixth = turned - x.R6 * 15137;
        Vector256<int> e0 = sum + second, e3 = sum - second, e1 = difference + sixth, e2 = difference - sixth;

        // The odd half, from the highest frequency to the lowest.
        Vector256<int> a = x.R7, b = x.R5, c = x.R3, d = x.R1;
        Vector256<int> both = (a + c + b + d) * 9633;
        Vector256<int> ac = both - (a + c) * 16069, bd = both - (b + d) * 3196;
        Vector256<int> ad = (a + d) * -7373, bc = (b + c) * -20995;
        a = a * 2446 + ad + ac;
        b = b * 16819 + bc + bd;
        c = c * 25172 + bc + ac;
        d = d * 12299 + ad + bd;

        x.R0 = (e0 + d) >> shift;
        x.R7 = (e0 - d) >> shift;
        x.R1 = (e1 + c) >> shift;
        x.R6 = (e1 - c) >> shift;
        x.R2 = (e2 + b) >> shift;
        x.R5 = (e2 - b) >> shift;
        x.R3 = (e3 + a) >> shift;
        x.R4 = (e3 - a) >> shift;
    }

    private static void Store(Vector256<int> r0, Vector256<int> r1, Vector256<int> r2, Vector256<int> r3, Span<byte> samples, int stride)
    {
        Vector256<byte> four = Vector256.Narrow(Vector256.Narrow(Clamp(r0), Clamp(r1)).AsUInt16(), Vector256.Narrow(Clamp(r2), Clamp(r3)).AsUInt16());
        Vector256<ulong> rows = four.AsUInt64();
        for (int y = 0; y < 4; y++) MemoryMarshal.Write(samples.Slice(y * stride, 8), rows[y]);
    }

    private static Vector256<int> Clamp(Vector256<int> values) => Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255));

    /// <summary>Eight vectors of eight.</summary>
    private struct Octet
    {
        public Vector256<int> R0, R1, R2, R3, R4, R5, R6, R7;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Transpose()
        {
            if (!Avx2.IsSupported)
            {
                TransposePlainly(ref Unsafe.As<Vector256<int>, int>(ref R0));
                return;
            }

            // Pairs, then fours, within halves of vectors; then the halves.
            Vector256<int> a0 = Avx2.UnpackLow(R0, R1), a1 = Avx2.UnpackHigh(R0, R1), a2 = Avx2.UnpackLow(R2, R3), a3 = Avx2.UnpackHigh(R2, R3);
            Vector256<int> a4 = Avx2.UnpackLow(R4, R5), a5 = Avx2.UnpackHigh(R4, R5), a6 = Avx2.UnpackLow(R6, R7), a7 = Avx2.UnpackHigh(R6, R7);
            Vector256<int> b0 = Low(a0, a2), b1 = High(a0, a2), b2 = Low(a1, a3), b3 = High(a1, a3);
            Vector256<int> b4 = Low(a4, a6), b5 = High(a4, a6), b6 = Low(a5, a7), b7 = High(a5, a7);
            R0 = Avx2.Permute2x128(b0, b4, 0x20);
            R1 = Avx2.Permute2x128(b1, b5, 0x20);
            R2 = Avx2.Permute2x128(b2, b6, 0x20);
            R3 = Avx2.Permute2x128(b3, b7, 0x20);
            R4 = Avx2.Permute2x128(b0, b4, 0x31);
            R5 = Avx2.Permute2x128(b1, b5, 0x31);
            R6 = Avx2.Permute2x128(b2, b6, 0x31);
            R7 = Avx2.Permute2x128(b3, b7, 0x31);
        }

        private static Vector256<int> Low(Vector256<int> x, Vector256<int> y) => Avx2.UnpackLow(x.AsInt64(), y.AsInt64()).AsInt32();

        private static Vector256<int> High(Vector256<int> x, Vector256<int> y) => Avx2.UnpackHigh(x.AsInt64(), y.AsInt64()).AsInt32();

        private static void TransposePlainly(ref int first)
        {
            Span<int> all = MemoryMarshal.CreateSpan(ref first, 64);
            for (int y = 0; y < 8; y++)
            {
                for (int x = 0; x < y; x++) (all[8 * y + x], all[8 * x + y]) = (all[8 * x + y], all[8 * y + x]);
            }
        }
    }
}
