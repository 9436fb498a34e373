using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed unsafe class PackingTests
{
    [Theory]
    [InlineData(1, 1, 0, 1, 0)]
    [InlineData(1000, 37, 0, 4, 0)]
    [InlineData(16, 3, 1, 1, 0)]
    [InlineData(17, 5, 1, 1, 2)]
    [InlineData(40, 24, 1, 2, 16)]
    [InlineData(97, 19, 1, 3, 7)]
    [InlineData(33, 3, 3, 2, 0)]
    [InlineData(33, 3, 3, 2, 4)]
    [InlineData(15, 2, 5, 4, 13)]
    [InlineData(112, 7, 1, 4, 1)]
    [InlineData(64, 9, 1, 2, 100)]
    [InlineData(112, 7, 1, 3, 0, 4)]
    [InlineData(160, 9, 1, 3, 0, 5)]
    [InlineData(80, 5, 1, 2, 2, 3, 3)]
    [InlineData(20, 24, 1, 1, 5, 1, 13)]
    [InlineData(33, 3, 3, 2, 7, 0, 20)]
    public void Panels_lie_where_the_formula_says_and_all_else_is_zero(
        int outputs, int inputs, int kernel, int panelBlocks, int reductionGroup, int firstBlocks = 0, int reductionFirst = 0)
    {
        int reduction = inputs * Math.Max(kernel, 1) * Math.Max(kernel, 1);
        int panels = Pieces((outputs + 15) / 16, panelBlocks, firstBlocks);
        int group = reductionGroup == 0 ? reduction : reductionGroup;
        int groups = Pieces(reduction, group, reductionFirst);
        // Strides with gaps, so that a wrong one cannot land in the right place.
        long reductionStride = reductionGroup == 0 ? 0 : (long)group * 16 * panelBlocks + 48;
        long panelStride = reductionGroup == 0 ? (long)reduction * 16 * panelBlocks + 32 : groups * reductionStride + 32;
        long biasStride = 16 * panelBlocks + 16;
        Check(new ConvolutionWeights
        {
            Names = Descriptions.Names("conv"),
            BatchNorm = kernel == 0 ? null : Descriptions.Names("bn"),
            Epsilon = 1e-3,
            Outputs = outputs,
            Inputs = inputs,
            Kernel = kernel,
            HasBias = kernel != 1,
            Form = PackedForm.Panels,
            At = 64,
            PanelStride = panelStride,
            PanelBlocks = panelBlocks,
            ReductionGroup = reductionGroup,
            ReductionStride = reductionStride,
            ReductionFirst = reductionFirst,
            FirstBlocks = firstBlocks,
            BiasAt = 64 + panels * panelStride,
            BiasStride = biasStride,
        }, 64 + panels * (panelStride + biasStride));
    }

    /// <summary>A dense convolution's taps are the outer ones, each with its channels and what pads them.</summary>
    [Theory]
    [InlineData(16, 4, 3, 1, 4)]
    [InlineData(64, 24, 3, 2, 24)]
    [InlineData(48, 3, 5, 3, 4)]
    [InlineData(33, 20, 3, 3, 32)]
    public void Panels_with_the_taps_outermost_lie_where_the_formula_says_and_all_else_is_zero(int outputs, int inputs, int kernel, int panelBlocks, int channels)
    {
        long panelStride = (long)kernel * kernel * channels * 16 * panelBlocks + 32;
        int panels = Pieces((outputs + 15) / 16, panelBlocks, 0);
        Check(new ConvolutionWeights
        {
            Names = Descriptions.Names("conv_exp"),
            BatchNorm = Descriptions.Names("bn"),
            Epsilon = 1e-3,
            Outputs = outputs,
            Inputs = inputs,
            Kernel = kernel,
            Form = PackedForm.Panels,
            At = 64,
            PanelStride = panelStride,
            PanelBlocks = panelBlocks,
            ReductionGroup = kernel * kernel,
            ReductionStep = channels,
            ReductionStride = 16 * panelBlocks,
            BiasAt = 64 + panels * panelStride,
            BiasStride = 16 * panelBlocks + 16,
        }, 64 + panels * (panelStride + 16 * panelBlocks + 16));
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(16, 3, 1)]
    [InlineData(40, 5, 1)]
    [InlineData(40, 5, 2)]
    [InlineData(97, 3, 3)]
    [InlineData(144, 7, 4)]
    [InlineData(160, 3, 3, 5)]
    [InlineData(71, 5, 2, 3)]
    public void Depthwise_taps_and_biases_lie_where_the_formula_says_and_all_else_is_zero(int channels, int kernel, int groupBlocks, int firstBlocks = 0)
    {
        long groupStride = groupBlocks * (kernel * kernel + 1) * 16L + 80;
        int groups = Pieces((channels + 15) / 16, groupBlocks, firstBlocks);
        Check(new ConvolutionWeights
        {
            Names = Descriptions.Names("conv_dw"),
            BatchNorm = Descriptions.Names("bn"),
            Epsilon = 1e-5,
            Outputs = channels,
            Inputs = 1,
            Kernel = kernel,
            Form = PackedForm.Depthwise,
            At = 32,
            BiasAt = 0,
            GroupBlocks = groupBlocks,
            GroupStride = groupStride,
            FirstBlocks = firstBlocks,
        }, 32 + groups * groupStride);
    }

    /// <summary>Enough for two threads, in layers of different lengths.</summary>
    [Fact]
    public void Layers_that_several_threads_pack_lie_where_the_formula_says()
    {
        PackingCase[] cases = [.. Enumerable.Range(0, 9).Select(layer => new PackingCase(
            new ConvolutionWeights
            {
                Names = Descriptions.Names($"conv{layer}"),
                BatchNorm = Descriptions.Names($"bn{layer}"),
                Epsilon = 1e-3,
                Outputs = 256,
                Inputs = layer % 2 == 0 ? 512 : 64,
                Kernel = 1,
                Form = PackedForm.Panels,
                At = layer * 256 * 513L,
                PanelBlocks = 4,
                PanelStride = 64 * (layer % 2 == 0 ? 512 : 64),
                BiasAt = layer * 256 * 513L + 256 * 512,
                BiasStride = 64,
            },
            seed: layer))];
        NetworkDescription network = Descriptions.Of(cases.Length * 256 * 513L, "symmetric", [.. cases.Select(one => one.Layer)]);
        network.PackedFloats.ShouldBeGreaterThan(2 << 18);
        byte[] file = SafetensorsBytes.Build(cases.SelectMany(one => one.Tensors));
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["w"], file);
        using PackedWeights byThreads = WeightLoader.Load(network, folder["w"]), byOne = WeightLoader.Load(network, new MemoryStream(file), "w", null);
        var expected = new float[network.PackedFloats];
        foreach ((long place, float value) in cases.SelectMany(one => one.Expected()))
            expected[place] = value;
        new ReadOnlySpan<float>(byThreads.Pointer, expected.Length).ToArray().ShouldBe(expected);
        new ReadOnlySpan<float>(byOne.Pointer, expected.Length).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void A_place_outside_the_packed_weights_is_refused_before_it_is_written()
    {
        ConvolutionWeights layer = new()
        {
            Names = Descriptions.Names("fc"),
            Outputs = 16,
            Inputs = 2,
            Kernel = 0,
            Form = PackedForm.Panels,
            At = 0,
            PanelBlocks = 1,
            BiasAt = 32,
        };
        Should.Throw<ArgumentException>(() => Load(layer, 47))
            .Message.ShouldBe("The network's description is inconsistent: layer 'fc.weight' has a packed place 47 outside the 47 floats.");
        Should.Throw<ArgumentException>(() => Load(layer with { At = -1 }, 48)).Message.ShouldContain("packed place -1");
        Should.Throw<ArgumentException>(() => Load(layer with { PanelBlocks = 0 }, 48)).Message.ShouldContain("0 blocks in a panel");
        Should.Throw<ArgumentException>(() => Load(layer with { ReductionStep = -1 }, 48)).Message.ShouldContain("steps -1 apart");
        Should.Throw<ArgumentException>(() => Load(layer with { FirstBlocks = 1 }, 48)).Message.ShouldContain("first halves of 1 blocks");
        Should.Throw<ArgumentException>(() => Load(layer with { ReductionGroup = 1, ReductionFirst = 2 }, 48)).Message.ShouldContain("2 reduction steps");
        Should.Throw<ArgumentException>(() => Load(layer with { Form = PackedForm.Depthwise, GroupBlocks = 1 }, 48)).Message.ShouldContain("2 inputs per channel");
        Load(layer, 48).Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 6)]
    [InlineData(16, 3)]
    [InlineData(33, 6)]
    [InlineData(37, 0)]
    public void A_product_too_large_for_a_float_is_named_in_whole_blocks_and_in_the_last(int output, int input)
    {
        const int Outputs = 38, Inputs = 7;
        float[] weights = new float[Outputs * Inputs], scale = new float[Outputs], ones = new float[Outputs];
        Array.Fill(scale, 4f);
        Array.Fill(ones, 1f);
        Array.Fill(weights, float.MaxValue / 5);
        weights[output * Inputs + input] = -float.MaxValue / 3;
        byte[] file = SafetensorsBytes.Build(
        [
            ("conv.weight", "F32", [Outputs, Inputs, 1, 1], SafetensorsBytes.Floats(weights)),
            ("bn.weight", "F32", [Outputs], SafetensorsBytes.Floats(scale)),
            ("bn.bias", "F32", [Outputs], SafetensorsBytes.Floats(ones)),
            ("bn.running_mean", "F32", [Outputs], SafetensorsBytes.Floats(ones)),
            ("bn.running_var", "F32", [Outputs], SafetensorsBytes.Floats(ones)),
        ]);
        var layer = new ConvolutionWeights
        {
            Names = Descriptions.Names("conv"),
            BatchNorm = Descriptions.Names("bn"),
            Epsilon = 0,
            Outputs = Outputs,
            Inputs = Inputs,
            Kernel = 1,
            Form = PackedForm.Panels,
            At = 0,
            PanelStride = Inputs * 32,
            PanelBlocks = 2,
            BiasAt = 2 * Inputs * 32,
            BiasStride = 32,
        };
        Should.Throw<WeightFileException>(() => WeightLoader.Load(Descriptions.Of(2 * (Inputs + 1) * 32, "symmetric", layer), new MemoryStream(file), "w", null))
            .Reason.ShouldBe($"folding its BatchNorm into 'conv.weight' overflows a float at output {output}");
    }

    /// <summary>Pieces of a number of things, or of two halves of them.</summary>
    private static int Pieces(int things, int length, int first)
    {
        return (first + length - 1) / length + (things - first + length - 1) / length;
    }

    private static void Check(ConvolutionWeights layer, long packedFloats)
    {
        new PackingCase(layer, seed: 11).ShouldBePackedByTheFormula(packedFloats);
    }

    private static PackedWeights Load(ConvolutionWeights layer, long packedFloats)
    {
        return new PackingCase(layer, seed: 3).Load(packedFloats);
    }
}
