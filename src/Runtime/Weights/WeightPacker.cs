namespace EfficientNet.Runtime;

/// <summary>Puts a layer's weights where its kernels look for them: the formulas of <see cref="ConvolutionWeights"/>.</summary>
/// <param name="destination">The packed weights, zeroed.</param>
/// <param name="file">The file's name, for messages.</param>
internal sealed unsafe class WeightPacker(PackedWeights destination, string file)
{
    private readonly float* _packed = destination.Pointer;
    private readonly long _length = destination.Length;

    /// <summary>Packs one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">Its name in the file.</param>
    /// <param name="weights">Its weights, OIHW.</param>
    /// <param name="norm">Its bias and BatchNorm.</param>
    /// <exception cref="ArgumentException">The layer's places lie outside the packed weights.</exception>
    /// <exception cref="WeightFileException">A folded value is too large for a float.</exception>
    public void Pack(ConvolutionWeights layer, string name, ReadOnlySpan<float> weights, FoldedBatchNorm norm)
    {
        if (layer.Form == PackedForm.Depthwise)
            PackDepthwise(layer, name, weights, norm);
        else
            PackPanels(layer, name, weights, norm);
    }

    private void PackPanels(ConvolutionWeights layer, string name, ReadOnlySpan<float> weights, FoldedBatchNorm norm)
    {
        if (layer.PanelBlocks <= 0 || layer.ReductionGroup < 0)
            throw Inconsistent(name, $"has {layer.PanelBlocks} blocks in a panel and reduction groups of {layer.ReductionGroup}");

        int reduction = layer.Inputs * layer.Taps;
        int group = layer.ReductionGroup == 0 ? reduction : layer.ReductionGroup;
        for (int n = 0; n < layer.Outputs; n++)
        {
            (long at, int row) = PackedIndex.Row(layer, n);
            double scale = norm.Scale[n];
            ReadOnlySpan<float> own = weights.Slice(n * reduction, reduction);
            for (int first = 0; first < reduction; first += group, at += layer.ReductionStride)
            {
                int count = Math.Min(group, reduction - first);
                for (int k = 0; k < count; k++)
                    Store(at + (long)k * row, own[first + k] * scale, name, n);
            }
            Store(PackedIndex.Bias(layer, n), norm.Bias[n], name, n);
        }
    }

    private void PackDepthwise(ConvolutionWeights layer, string name, ReadOnlySpan<float> weights, FoldedBatchNorm norm)
    {
        if (layer.GroupBlocks <= 0 || layer.Inputs != 1)
            throw Inconsistent(name, $"has {layer.GroupBlocks} blocks in a group and {layer.Inputs} inputs per channel");

        int taps = layer.Taps;
        for (int c = 0; c < layer.Outputs; c++)
        {
            (long at, int step) = PackedIndex.Row(layer, c);
            for (int t = 0; t < taps; t++)
                Store(at + (long)t * step, weights[c * taps + t] * norm.Scale[c], name, c);
            Store(PackedIndex.Bias(layer, c), norm.Bias[c], name, c);
        }
    }

    private void Store(long at, double value, string name, int output)
    {
        if ((ulong)at >= (ulong)_length)
            throw Inconsistent(name, $"has a packed place {at} outside the {_length} floats");
        _packed[at] = FoldedBatchNorm.Round(value, file, name, output);
    }

    private static ArgumentException Inconsistent(string name, string what)
    {
        return new ArgumentException($"The network's description is inconsistent: layer {Text.Quote(name)} {what}.");
    }
}
