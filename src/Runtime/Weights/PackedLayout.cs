using System.Globalization;
using System.Numerics;

namespace EfficientNet.Runtime;

/// <summary>The fingerprint of the places where packed weights lie, as hexadecimal digits.</summary>
internal static class PackedLayout
{
    /// <summary>
    /// CRC-32C of everything that packing goes by and of what weights are trained with: two networks of one fingerprint have their
    /// weights in the same places and compute the same of them.
    /// </summary>
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
            // Most layers have none, and their fingerprints are those of before there were any.
            if (layer.ReductionStep > 0)
                Add(layer.ReductionStep);
            Add(layer.FirstBlocks);
            Add(layer.BiasAt);
            Add(layer.BiasStride);
            Add(layer.GroupBlocks);
            Add(layer.GroupStride);
        }
        // Places alone may be those of a network with the other padding, whose answers would be worse without a word.
        // And those of one that takes its strides elsewhere: sizes of maps show in the multiply-adds.
        Add(network.MultiplyAdds);
        AddText(network.Padding);
        AddText(network.Activation);
        Add(network.Resolution);
        return Hexadecimal(crc);

        void Add(long value)
        {
            crc = BitOperations.Crc32C(crc, (ulong)value);
        }

        void AddText(string value)
        {
            Add(value.Length);
            foreach (char c in value)
                Add(c);
        }
    }

    internal static string Hexadecimal(uint crc)
    {
        return crc.ToString("x8", CultureInfo.InvariantCulture);
    }
}
