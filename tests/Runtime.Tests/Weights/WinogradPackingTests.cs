using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

/// <summary>Dense 3×3 convolutions of stride 1 as Winograd multiplies them: 16 points, each with its channels behind room for biases.</summary>
public sealed class WinogradPackingTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(64, 24, 2)]
    [InlineData(33, 20, 3)]
    public void Points_lie_where_the_formula_says_and_all_else_is_zero(int outputs, int inputs, int panelBlocks)
    {
        long pointStride = (inputs + 5) * 16L * panelBlocks;
        int panels = ((outputs + 15) / 16 + panelBlocks - 1) / panelBlocks;
        var layer = new ConvolutionWeights
        {
            Names = Descriptions.Names("conv_exp"),
            BatchNorm = Descriptions.Names("bn"),
            Epsilon = 1e-3,
            Outputs = outputs,
            Inputs = inputs,
            Kernel = 3,
            Form = PackedForm.Winograd,
            At = 64 + 16 * panelBlocks,
            PanelStride = 16 * pointStride,
            PanelBlocks = panelBlocks,
            ReductionGroup = 16,
            ReductionStep = inputs + 5,
            ReductionStride = 16 * panelBlocks,
            BiasAt = 64 + 5 * pointStride,
            BiasStride = 16 * pointStride,
        };
        new PackingCase(layer, seed: 11).ShouldBePackedByTheFormula(64 + panels * 16 * pointStride);
    }

    [Fact]
    public void Other_kernels_and_other_groups_are_refused()
    {
        ConvolutionWeights layer = new()
        {
            Names = Descriptions.Names("conv"),
            Outputs = 16,
            Inputs = 2,
            Kernel = 3,
            Form = PackedForm.Winograd,
            At = 16,
            PanelBlocks = 1,
            ReductionGroup = 16,
            ReductionStep = 3,
            ReductionStride = 16,
            BiasAt = 0,
        };
        Should.Throw<ArgumentException>(() => new PackingCase(layer with { Kernel = 5 }, seed: 3).Load(1024)).Message.ShouldContain("5×5 kernels in Winograd's form");
        Should.Throw<ArgumentException>(() => new PackingCase(layer with { ReductionGroup = 9 }, seed: 3).Load(1024)).Message.ShouldContain("reduction groups of 9");
        new PackingCase(layer, seed: 3).Load(1024).Dispose();
    }

    /// <summary>By the scale alone, or, without a BatchNorm, by the transform: the middle point sums a quarter of nine weights.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(17, true)]
    [InlineData(3, false)]
    [InlineData(18, false)]
    public void A_value_too_large_for_a_float_is_named_in_winograds_form(int output, bool byScale)
    {
        const int Outputs = 19, Inputs = 2;
        var weights = new float[Outputs * Inputs * 9];
        for (int tap = 0; tap < 9; tap++)
            weights[(output * Inputs + 1) * 9 + tap] = byScale ? (tap == 4 ? float.MaxValue / 2 : 0) : float.MaxValue / 2;
        var layer = new ConvolutionWeights
        {
            Names = Descriptions.Names("conv"),
            BatchNorm = byScale ? Descriptions.Names("bn") : null,
            Outputs = Outputs,
            Inputs = Inputs,
            Kernel = 3,
            Form = PackedForm.Winograd,
            At = 32,
            PanelStride = 16 * 3 * 32,
            PanelBlocks = 2,
            ReductionGroup = 16,
            ReductionStep = 3,
            ReductionStride = 32,
            BiasAt = 5 * 3 * 32,
        };
        List<(string, string, long[], byte[])> tensors = [("conv.weight", "F32", [Outputs, Inputs, 3, 3], SafetensorsBytes.Floats(weights))];
        // The tap of the middle is packed as a quarter and less: folded it is too large nevertheless.
        if (byScale)
            tensors.AddRange(new[] { ("weight", 4f), ("bias", 1f), ("running_mean", 1f), ("running_var", 1f) }
                .Select(one => ($"bn.{one.Item1}", "F32", new long[] { Outputs }, SafetensorsBytes.Floats([.. Enumerable.Repeat(one.Item2, Outputs)]))));
        Should.Throw<WeightFileException>(() => WeightLoader.Load(Descriptions.Of(16 * 3 * 32, "symmetric", layer), new MemoryStream(SafetensorsBytes.Build(tensors)), "w", null))
            .Reason.ShouldBe($"packing 'conv.weight' for Winograd's tiles overflows a float at output {output}");
    }
}
