namespace EfficientNet.Runtime;

/// <summary>The formulas of <see cref="ConvolutionWeights"/>: where the numbers of one output lie.</summary>
internal static class PackedIndex
{
    private const int Lanes = 16;

    /// <summary>The place of an output's first weight, and the floats from one to the next of the same reduction group.</summary>
    public static (long At, int Step) Row(ConvolutionWeights layer, int output)
    {
        if (layer.Form == PackedForm.Depthwise)
            return (Depthwise(layer, output), Lanes);
        (int panel, int lane) = Math.DivRem(output, Lanes * layer.PanelBlocks);
        int blocks = (layer.Outputs + Lanes - 1) / Lanes;
        return (layer.At + panel * layer.PanelStride + lane, Lanes * Math.Min(layer.PanelBlocks, blocks - panel * layer.PanelBlocks));
    }

    /// <summary>The place of an output's bias.</summary>
    public static long Bias(ConvolutionWeights layer, int output)
    {
        if (layer.Form == PackedForm.Depthwise)
            return Depthwise(layer, output) + (long)layer.Taps * Lanes;
        (int panel, int lane) = Math.DivRem(output, Lanes * layer.PanelBlocks);
        return layer.BiasAt + panel * layer.BiasStride + lane;
    }

    private static long Depthwise(ConvolutionWeights layer, int channel)
    {
        (int block, int lane) = Math.DivRem(channel, Lanes);
        (int group, int inGroup) = Math.DivRem(block, layer.GroupBlocks);
        return layer.At + group * layer.GroupStride + (long)inGroup * (layer.Taps + 1) * Lanes + lane;
    }
}
