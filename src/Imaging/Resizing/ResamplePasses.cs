using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Imaging.Resizing;

/// <summary>
/// The two passes over RGB rows. All sums are of integers that cannot overflow, so that their order, and with it the
/// width of the vectors, does not change a bit of the result.
/// </summary>
internal static class ResamplePasses
{
    /// <summary>Where every sum starts, so that dropping the fraction rounds.</summary>
    public const int Half = 1 << (ResampleAxis.FractionBits - 1);

    /// <summary>Gives every pixel's three bytes a vector of their own, whose fourth lane holds nothing of use.</summary>
    public static void Widen(ReadOnlySpan<byte> rgb, Span<Vector128<int>> pixels)
    {
        // Four bytes are read at once, the fourth being the next pixel's; the last pixel has no next one.
        int last = pixels.Length - 1;
        for (int x = 0; x < last; x++)
        {
            Vector128<byte> four = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(rgb[(3 * x)..])).AsByte();
            pixels[x] = Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32();
        }

        pixels[last] = Vector128.Create(rgb[3 * last], rgb[3 * last + 1], rgb[3 * last + 2], 0);
    }

    /// <summary>Resizes one row across.</summary>
    /// <param name="pixels">The widened input pixels from <c>axis.First</c> to <c>axis.End</c>.</param>
    /// <param name="axis">What to weigh.</param>
    /// <param name="rgb">The outputs, <c>axis.Count</c> pixels.</param>
    public static void Across(ReadOnlySpan<Vector128<int>> pixels, ResampleAxis axis, Span<byte> rgb)
    {
        for (int x = 0; x < axis.Count; x++)
        {
            ReadOnlySpan<int> weights = axis.Weights(x);
            ReadOnlySpan<Vector128<int>> taps = pixels.Slice(axis.Start(x) - axis.First, weights.Length);
            Vector128<int> sum = Vector128.Create(Half);
            for (int tap = 0; tap < taps.Length; tap++) sum += taps[tap] * Vector128.Create(weights[tap]);

            sum = Vector128.Min(Vector128.Max(sum >> ResampleAxis.FractionBits, Vector128<int>.Zero), Vector128.Create(255));
            rgb[3 * x] = (byte)sum.GetElement(0);
            rgb[3 * x + 1] = (byte)sum.GetElement(1);
            rgb[3 * x + 2] = (byte)sum.GetElement(2);
        }
    }

    /// <summary>Adds one row, weighed, to the sums of an output row: the pass down, one tap at a time.</summary>
    public static void Accumulate(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        int i = 0;
        Vector<int> factor = new(weight);
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Span<Vector<int>> into = MemoryMarshal.Cast<int, Vector<int>>(sums.Slice(i, Vector<byte>.Count));
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            into[0] += first.As<uint, int>() * factor;
            into[1] += second.As<uint, int>() * factor;
            into[2] += third.As<uint, int>() * factor;
            into[3] += fourth.As<uint, int>() * factor;
        }

        for (; i < row.Length; i++) sums[i] += row[i] * weight;
    }

    /// <summary>Turns sums into bytes.</summary>
    public static void Round(ReadOnlySpan<int> sums, Span<byte> row)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            row[i] = (byte)Math.Clamp(sums[i] >> ResampleAxis.FractionBits, 0, 255);
        }
    }
}
