namespace EfficientNet.Runtime.Tests.Support;

/// <summary>One layer with random tensors, and its packed form worked out element by element from the contract.</summary>
internal sealed class PackingCase
{
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public PackingCase(ConvolutionWeights layer, int seed)
    {
        Layer = layer;
        var random = new Random(seed);
        long[] shape = layer.Kernel == 0 ? [layer.Outputs, layer.Inputs] : [layer.Outputs, layer.Inputs, layer.Kernel, layer.Kernel];
        Add(layer.Names.Timm + ".weight", shape, () => random.NextSingle() - 0.5f);
        if (layer.HasBias)
            Add(layer.Names.Timm + ".bias", [layer.Outputs], () => random.NextSingle() - 0.5f);
        if (layer.BatchNorm is { } norm)
        {
            Add(norm.Timm + ".weight", [layer.Outputs], () => random.NextSingle() + 0.5f);
            Add(norm.Timm + ".bias", [layer.Outputs], () => random.NextSingle() - 0.5f);
            Add(norm.Timm + ".running_mean", [layer.Outputs], () => random.NextSingle() - 0.5f);
            Add(norm.Timm + ".running_var", [layer.Outputs], () => random.NextSingle() + 0.1f);
        }
    }

    public ConvolutionWeights Layer { get; }

    public IEnumerable<(string Name, string Type, long[] Shape, byte[] Data)> Tensors =>
        _tensors.Select(t => (t.Key, "F32", t.Value.Shape, SafetensorsBytes.Floats(t.Value.Values)));

    /// <summary>Place and value of everything this layer packs.</summary>
    public IEnumerable<(long Place, float Value)> Expected()
    {
        ConvolutionWeights l = Layer;
        float[] weights = Values(l.Names.Timm + ".weight");
        int k2 = l.Kernel == 0 ? 1 : l.Kernel * l.Kernel;
        long reduction = (long)l.Inputs * k2;
        for (int n = 0; n < l.Outputs; n++)
        {
            double scale = 1, bias = l.HasBias ? Values(l.Names.Timm + ".bias")[n] : 0;
            if (l.BatchNorm is { } norm)
            {
                scale = Values(norm.Timm + ".weight")[n] / Math.Sqrt(Values(norm.Timm + ".running_var")[n] + l.Epsilon);
                bias = (bias - Values(norm.Timm + ".running_mean")[n]) * scale + Values(norm.Timm + ".bias")[n];
            }
            for (long k = 0; k < reduction; k++)
                yield return (WeightPlace(n, k, k2), (float)(weights[n * reduction + k] * scale));
            yield return (BiasPlace(n, k2), (float)bias);
        }
    }

    private long WeightPlace(int n, long k, int k2)
    {
        ConvolutionWeights l = Layer;
        if (l.Form == PackedForm.Depthwise)
            return l.At + n / 16 / l.GroupBlocks * l.GroupStride + n / 16 % l.GroupBlocks * (k2 + 1) * 16L + k * 16 + n % 16;
        long group = l.ReductionGroup == 0 ? long.MaxValue : l.ReductionGroup;
        int panel = n / (16 * l.PanelBlocks);
        int blocks = (l.Outputs + 15) / 16;
        int panels = (blocks + l.PanelBlocks - 1) / l.PanelBlocks;
        int blocksOf = panel == panels - 1 && blocks % l.PanelBlocks != 0 ? blocks % l.PanelBlocks : l.PanelBlocks;
        return l.At + panel * l.PanelStride + k / group * l.ReductionStride + k % group * (16 * blocksOf) + (n - panel * 16 * l.PanelBlocks);
    }

    private long BiasPlace(int n, int k2)
    {
        ConvolutionWeights l = Layer;
        if (l.Form == PackedForm.Depthwise)
            return WeightPlace(n, k2, k2);
        int panel = n / (16 * l.PanelBlocks);
        return l.BiasAt + panel * l.BiasStride + (n - panel * 16 * l.PanelBlocks);
    }

    private float[] Values(string name)
    {
        return _tensors[name].Values;
    }

    private void Add(string name, long[] shape, Func<float> value)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
            values[i] = value();
        _tensors.Add(name, (shape, values));
    }
}
