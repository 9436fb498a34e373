namespace EfficientNet.Runtime.Tests.Support;

/// <summary>One layer with random tensors, and its packed form worked out element by element from the contract.</summary>
internal sealed unsafe class PackingCase
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

    /// <summary>Packed values of a kernel: its weights, or those that stand for them.</summary>
    private int ValuesOfKernel => Layer.Form == PackedForm.Winograd ? 16 : Layer.Taps;

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
            for (long k = 0; k < (long)l.Inputs * ValuesOfKernel; k++)
            {
                double weight = l.Form == PackedForm.Winograd ? Winograd(weights.AsSpan((int)(n * reduction + k / 16 * 9), 9), (int)k % 16) : weights[n * reduction + k];
                yield return (WeightPlace(n, k, ValuesOfKernel), (float)(weight * scale));
            }
            yield return (BiasPlace(n, k2), (float)bias);
        }
    }

    /// <summary>Packs the layer, of a network that has no other.</summary>
    public PackedWeights Load(long packedFloats)
    {
        return WeightLoader.Load(Descriptions.Of(packedFloats, "symmetric", Layer), new MemoryStream(SafetensorsBytes.Build(Tensors)), "w", null);
    }

    /// <summary>Packs the layer and compares every float of it, and of what lies around it.</summary>
    public void ShouldBePackedByTheFormula(long packedFloats)
    {
        using PackedWeights packed = Load(packedFloats);
        ((nint)packed.Pointer % 64).ShouldBe(0);
        packed.Length.ShouldBe(packedFloats);

        var expected = new float[packedFloats];
        int places = 0;
        foreach ((long place, float value) in Expected())
        {
            expected[place].ShouldBe(0, "two weights share a place in the test's own layout");
            expected[place] = value;
            places++;
        }
        places.ShouldBe(Layer.Outputs * (Layer.Inputs * ValuesOfKernel + 1));
        for (long i = 0; i < packedFloats; i++)
        {
            if (BitConverter.SingleToInt32Bits(packed.Pointer[i]) != BitConverter.SingleToInt32Bits(expected[i]))
                Assert.Fail($"Place {i} holds {packed.Pointer[i]} instead of {expected[i]}.");
        }
    }

    /// <summary>One of the 16 values of G·g·Gᵀ.</summary>
    private static double Winograd(ReadOnlySpan<float> g, int point)
    {
        double[][] rows = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]];
        double sum = 0;
        for (int tap = 0; tap < 9; tap++)
            sum += rows[point / 4][tap / 3] * rows[point % 4][tap % 3] * g[tap];
        return sum;
    }

    private long WeightPlace(int n, long k, int k2)
    {
        ConvolutionWeights l = Layer;
        if (l.Form == PackedForm.Depthwise)
        {
            (int group, int inGroup, _) = Piece(n / 16, l.GroupBlocks, l.FirstBlocks, (l.Outputs + 15) / 16);
            return l.At + group * l.GroupStride + inGroup * (k2 + 1) * 16L + k * 16 + n % 16;
        }
        (int panel, int block, int blocksOf) = Piece(n / 16, l.PanelBlocks, l.FirstBlocks, (l.Outputs + 15) / 16);
        int reduction = l.Inputs * k2;
        (int reductionGroup, int step, _) = l.ReductionGroup == 0 ? (0, (int)k, 0) : Piece((int)k, l.ReductionGroup, l.ReductionFirst, reduction);
        return l.At + panel * l.PanelStride + reductionGroup * l.ReductionStride + step * (16L * blocksOf) * (l.ReductionStep == 0 ? 1 : l.ReductionStep) + block * 16 + n % 16;
    }

    private long BiasPlace(int n, int k2)
    {
        ConvolutionWeights l = Layer;
        if (l.Form == PackedForm.Depthwise)
            return WeightPlace(n, k2, k2);
        (int panel, int block, _) = Piece(n / 16, l.PanelBlocks, l.FirstBlocks, (l.Outputs + 15) / 16);
        return l.BiasAt + panel * l.BiasStride + block * 16 + n % 16;
    }

    /// <summary>All pieces written out: which one holds a thing, where in it, and how many things it holds.</summary>
    private static (int Piece, int Inside, int Holds) Piece(int thing, int length, int first, int all)
    {
        var pieces = new List<int[]>();
        int[] firstHalf = [.. Enumerable.Range(0, first)], rest = [.. Enumerable.Range(first, all - first)];
        pieces.AddRange(firstHalf.Chunk(length));
        pieces.AddRange(rest.Chunk(length));
        int piece = pieces.FindIndex(things => things.Contains(thing));
        return (piece, Array.IndexOf(pieces[piece], thing), pieces[piece].Length);
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
