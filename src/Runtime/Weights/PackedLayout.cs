using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EfficientNet.Runtime;

/// <summary>Fingerprints of packed weights, as hexadecimal digits: of the places where they lie, and of the values.</summary>
internal static unsafe class PackedLayout
{
    /// <summary>CRC-32C of everything that packing goes by: two networks of one fingerprint have their weights in the same places.</summary>
    public static string Of(NetworkDescription network)
    {
        uint crc = uint.MaxValue;
        Add(network.PackedFloats);
        foreach (ConvolutionWeights layer in network.Weights)
        {
            Add(layer.Outputs);
            Add(layer.Inputs);
            Add(layer.Kernel);
            Add(layer.HasBias ? 1 : 0);
            Add(layer.BatchNorm is null ? -1 : BitConverter.DoubleToInt64Bits(layer.Epsilon));
            Add((long)layer.Form);
            Add(layer.At);
            Add(layer.PanelStride);
            Add(layer.PanelBlocks);
            Add(layer.ReductionGroup);
            Add(layer.ReductionStride);
            Add(layer.ReductionFirst);
            Add(layer.FirstBlocks);
            Add(layer.BiasAt);
            Add(layer.BiasStride);
            Add(layer.GroupBlocks);
            Add(layer.GroupStride);
        }
        return Hexadecimal(crc);

        void Add(long value)
        {
            crc = BitOperations.Crc32C(crc, (ulong)value);
        }
    }

    /// <summary>Four CRC-32C, each of every fourth pair of values: one alone would wait for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // called once, for megabytes
    public static string Checksum(float* values, long count)
    {
        uint* bits = (uint*)values;
        uint a = uint.MaxValue, b = a, c = a, d = a;
        long i = 0;
        for (; i <= count - 8; i += 8)
        {
            a = BitOperations.Crc32C(a, Pair(bits + i));
            b = BitOperations.Crc32C(b, Pair(bits + i + 2));
            c = BitOperations.Crc32C(c, Pair(bits + i + 4));
            d = BitOperations.Crc32C(d, Pair(bits + i + 6));
        }
        for (; i < count; i++)
            a = BitOperations.Crc32C(a, bits[i]);
        return Hexadecimal(a) + Hexadecimal(b) + Hexadecimal(c) + Hexadecimal(d);

        // Of values, not of bytes: the same on machines of either byte order.
        static ulong Pair(uint* two)
        {
            return two[0] | (ulong)two[1] << 32;
        }
    }

    private static string Hexadecimal(uint crc)
    {
        return crc.ToString("x8", CultureInfo.InvariantCulture);
    }
}
