namespace EfficientNet.Runtime;

/// <summary>Puts a layer's weights where its kernels look for them: the formulas of <see cref="ConvolutionWeights"/>.</summary>
/// <param name="destination">The packed weights, zeroed.</param>
/// <param name="file">The file's name, for messages.</param>
internal sealed unsafe class WeightPacker(PackedWeights destination, string file)
{
    private const int Lanes = BlockPacker.Lanes;

    private readonly float* _packed = destination.Pointer;
    private readonly long _length = destination.Length;

    /// <summary>Packs a layer, or some of its outputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">Its name in the file.</param>
    /// <param name="start">The first of the outputs, which begins a block.</param>
    /// <param name="weights">Their weights, OIHW.</param>
    /// <param name="norm">The layer's bias and BatchNorm.</param>
    /// <exception cref="ArgumentException">The layer's places lie outside the packed weights.</exception>
    /// <exception cref="WeightFileException">A folded value is too large for a float.</exception>
    public void Pack(ConvolutionWeights layer, string name, int start, ReadOnlySpan<float> weights, FoldedBatchNorm norm)
    {
        if (layer.Form == PackedForm.Depthwise && (layer.GroupBlocks <= 0 || layer.Inputs != 1))
            throw Inconsistent(name, $"has {layer.GroupBlocks} blocks in a group and {layer.Inputs} inputs per channel");
        if (layer.Form != PackedForm.Depthwise && (layer.PanelBlocks <= 0 || layer.ReductionGroup < 0 || layer.ReductionStep < 0))
            throw Inconsistent(name, $"has {layer.PanelBlocks} blocks in a panel and reduction groups of {layer.ReductionGroup} steps {layer.ReductionStep} apart");
        if (layer.Form == PackedForm.Winograd && (layer.Kernel != WinogradPacker.Kernel || layer.ReductionGroup != WinogradPacker.Points || layer.ReductionFirst != 0))
            throw Inconsistent(name, $"has {layer.Kernel}×{layer.Kernel} kernels in Winograd's form, in reduction groups of {layer.ReductionGroup}");
        if (!IsFirstHalf(layer.FirstBlocks * (long)Lanes, layer.Outputs) || !IsFirstHalf(layer.ReductionFirst, layer.Inputs * layer.Taps))
            throw Inconsistent(name, $"has first halves of {layer.FirstBlocks} blocks and {layer.ReductionFirst} reduction steps");

        int reduction = layer.Inputs * layer.Taps;
        // In every form the outputs of a block lie side by side, and all of them step alike.
        int end = start + weights.Length / reduction;
        for (int first = start; first < end; first += Lanes)
        {
            int outputs = Math.Min(Lanes, end - first);
            PackBlock(layer, name, first, outputs, weights.Slice((first - start) * reduction, outputs * reduction), norm.Scale.AsSpan(first, outputs));
            for (int n = first; n < first + outputs; n++)
            {
                long bias = PackedIndex.Bias(layer, n);
                Check(bias, 1, name);
                _packed[bias] = FoldedBatchNorm.Round(norm.Bias[n], file, name, n);
            }
        }
    }

    private void PackBlock(ConvolutionWeights layer, string name, int first, int outputs, ReadOnlySpan<float> weights, ReadOnlySpan<double> scale)
    {
        int reduction = layer.Inputs * layer.Taps;
        (long row, int step) = PackedIndex.Row(layer, first);
        int count;
        for (int from = 0; from < layer.Inputs * layer.PackedTaps; from += count)
        {
            (long group, count) = PackedIndex.ReductionGroup(layer, from);
            long at = row + group * layer.ReductionStride;
            Check(at, (count - 1L) * step + outputs, name);
            // In Winograd's form a group is an input, whose kernels begin nine weights behind those of the input before.
            int overflow = layer.Form == PackedForm.Winograd
                ? WinogradPacker.Pack(weights[(from / count * layer.Taps)..], reduction, scale, _packed + at, step)
                : outputs == Lanes
                ? BlockPacker.Whole(weights[from..], reduction, count, scale, _packed + at, step)
                : BlockPacker.Part(weights[from..], reduction, count, scale, _packed + at, step);
            if (overflow >= 0)
                throw FoldedBatchNorm.Overflow(file, name, first + overflow, layer.Form == PackedForm.Winograd);
        }
    }

    /// <summary>Whether something is left for a second half, if there is a first.</summary>
    private static bool IsFirstHalf(long first, int all)
    {
        return first == 0 || first > 0 && first < all;
    }

    private void Check(long at, long count, string name)
    {
        if (at < 0 || count > _length - at)
            throw Inconsistent(name, $"has a packed place {(at < 0 ? at : Math.Max(at, _length))} outside the {_length} floats");
    }

    private static ArgumentException Inconsistent(string name, string what)
    {
        return new ArgumentException($"The network's description is inconsistent: layer {Text.Quote(name)} {what}.");
    }
}
