using System.Numerics;
using System.Runtime.CompilerServices;

namespace EfficientNet.Runtime;

/// <summary>The checksum of packed values, which may come piece by piece: four CRC-32C, each of every fourth pair of values. One alone would wait for itself.</summary>
internal struct PackedChecksum()
{
    /// <summary>Every piece but the last has a multiple of as many values.</summary>
    public const int Multiple = 8;

    private uint _a = uint.MaxValue, _b = uint.MaxValue, _c = uint.MaxValue, _d = uint.MaxValue;

    /// <summary>The checksum of values that are there at once.</summary>
    public static string Of(ReadOnlySpan<float> values)
    {
        var checksum = new PackedChecksum();
        checksum.Add(values);
        return checksum.ToString();
    }

    /// <summary>Adds the next values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // called seldom, for megabytes
    public unsafe void Add(ReadOnlySpan<float> values)
    {
        (uint a, uint b, uint c, uint d) = (_a, _b, _c, _d);
        fixed (float* first = values)
        {
            uint* bits = (uint*)first;
            int i = 0;
            for (; i <= values.Length - Multiple; i += Multiple)
            {
                a = BitOperations.Crc32C(a, Pair(bits + i));
                b = BitOperations.Crc32C(b, Pair(bits + i + 2));
                c = BitOperations.Crc32C(c, Pair(bits + i + 4));
                d = BitOperations.Crc32C(d, Pair(bits + i + 6));
            }

            for (; i < values.Length; i++)
                a = BitOperations.Crc32C(a, bits[i]);
        }

        (_a, _b, _c, _d) = (a, b, c, d);

        // Of values, not of bytes: the same on machines of either byte order.
        static ulong Pair(uint* two)
        {
            return BitConverter.IsLittleEndian ? *(ulong*)two : two[0] | (ulong)two[1] << 32;
        }
    }

    /// <summary>As it is written in a file.</summary>
    public override readonly string ToString()
    {
        return PackedLayout.Hexadecimal(_a) + PackedLayout.Hexadecimal(_b) + PackedLayout.Hexadecimal(_c) + PackedLayout.Hexadecimal(_d);
    }
}
