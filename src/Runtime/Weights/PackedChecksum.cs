using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// The checksum of packed values: four CRC-32C of each part of 1 MiB, and of all parts' checksums, so that parts can be checked side by side. A part's values may
/// come piece by piece; each of its four is of every fourth pair of them. One alone would wait for itself.
/// </summary>
internal struct PackedChecksum()
{
    /// <summary>Every piece of a part but the last has a multiple of as many values.</summary>
    public const int Multiple = 8;

    /// <summary>Values of every part but the last.</summary>
    public const int PartFloats = 1 << 18;

    private uint _a = uint.MaxValue, _b = uint.MaxValue, _c = uint.MaxValue, _d = uint.MaxValue;

    /// <summary>Number of parts of so many values.</summary>
    public static int Parts(long floats)
    {
        return checked((int)((floats + PartFloats - 1) / PartFloats));
    }

    /// <summary>The checksum of values that are there at once.</summary>
    public static string Of(ReadOnlySpan<float> values)
    {
        var parts = new PackedChecksum[Parts(values.Length)];
        for (int part = 0; part < parts.Length; part++)
        {
            ReadOnlySpan<float> rest = values[(part * PartFloats)..];
            parts[part] = new PackedChecksum();
            parts[part].Add(rest[..Math.Min(PartFloats, rest.Length)]);
        }
        return Of(parts);
    }

    /// <summary>The checksum of values of which that of each part is known.</summary>
    public static string Of(ReadOnlySpan<PackedChecksum> parts)
    {
        var all = new PackedChecksum();
        all.Add(MemoryMarshal.Cast<PackedChecksum, float>(parts));
        return PackedLayout.Hexadecimal(all._a) + PackedLayout.Hexadecimal(all._b) + PackedLayout.Hexadecimal(all._c) + PackedLayout.Hexadecimal(all._d);
    }

    /// <summary>Adds a part's next values.</summary>
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
}
