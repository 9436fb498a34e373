using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Runtime;

/// <summary>
/// Widens 16-bit floats to 32 bits, exactly. Source and destination may overlap if source value i does not begin
/// before destination value i; vectors are read before they are written, so widening from the front stays right.
/// </summary>
internal static class FloatConversion
{
    private static readonly float TwoTo112 = BitConverter.UInt32BitsToSingle((127u + 112u) << 23);

    /// <summary>IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 mantissa bits.</summary>
    public static void FromFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.Create(source.Slice(i, 8)));
            Widen(lower).CopyTo(destination[i..]);
            Widen(upper).CopyTo(destination[(i + 4)..]);
        }
        for (; i < source.Length; i++)
            destination[i] = Widen(Vector128.CreateScalar((uint)source[i])).ToScalar();

        // With the mantissa moved into place, the bits read as a float whose exponent is 127 - 15 = 112 too small;
        // multiplying by 2^112 mends that exactly, for subnormals too. Infinity and NaN keep the largest exponent.
        static Vector128<float> Widen(Vector128<uint> bits)
        {
            Vector128<uint> magnitude = bits & Vector128.Create(0x7FFFu);
            Vector128<uint> value = ((magnitude << 13).AsSingle() * Vector128.Create(TwoTo112)).AsUInt32();
            Vector128<uint> special = Vector128.GreaterThan(magnitude, Vector128.Create(0x7BFFu)) & Vector128.Create(0x7F800000u);
            return (value | special | ((bits & Vector128.Create(0x8000u)) << 16)).AsSingle();
        }
    }

    /// <summary>Rounds to bfloat16, to nearest, ties to even. NaN stays NaN.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>bfloat16: the upper half of a float32.</summary>
    public static void FromBFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        for (int i = 0; i < source.Length; i++)
            bits[i] = (uint)source[i] << 16;
    }
}
