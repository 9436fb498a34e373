using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class WeightReaderTests
{
    private static readonly ConvolutionWeights Layer = new()
    {
        Names = Descriptions.Names("conv"),
        BatchNorm = Descriptions.Names("bn"),
        Epsilon = 1e-3,
        Outputs = 5,
        Inputs = 2,
        Kernel = 3,
        HasBias = true,
        Form = PackedForm.Panels,
        At = 0,
        PanelBlocks = 1,
        BiasAt = 288,
    };

    [Fact]
    public void Folded_weights_are_those_that_are_packed_in_the_files_order()
    {
        var layer = new PackingCase(Layer, seed: 1);
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Build(layer.Tensors));
        using var reader = new WeightReader(Network, file);
        float[] weights = new float[90], bias = new float[5];
        reader.ReadFolded(Layer, weights, bias);
        // An output's weights, then its bias.
        float[] expected = layer.Expected().Select(packed => packed.Value).ToArray();
        for (int n = 0; n < 5; n++)
        {
            weights[(n * 18)..((n + 1) * 18)].ShouldBe(expected[(n * 19)..(n * 19 + 18)]);
            bias[n].ShouldBe(expected[n * 19 + 18]);
        }
    }

    [Fact]
    public void Tensors_are_read_as_they_are_by_the_files_names()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Build(new PackingCase(Layer, seed: 1).Tensors));
        using var reader = new WeightReader(Network, file);
        reader.NameOf(Layer.Names).ShouldBe("conv");
        reader.Read("bn.running_var").ToArray().ShouldBe(file.ReadFloats("bn.running_var"));
        Should.Throw<WeightFileException>(() => reader.Read("bn.none").Length).Reason.ShouldBe("there is no tensor 'bn.none'");
        reader.Describe().Padding.ShouldBe("same");
    }

    [Fact]
    public void Spans_of_another_length_are_refused()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Build(new PackingCase(Layer, seed: 1).Tensors));
        using var reader = new WeightReader(Network, file);
        Should.Throw<ArgumentException>(() => reader.ReadFolded(Layer, new float[89], new float[5])).Message.ShouldContain("has 90 values: the span holds 89");
        Should.Throw<ArgumentException>(() => reader.ReadFolded(Layer, new float[90], new float[6])).Message.ShouldContain("has 5 values: the span holds 6");
    }

    [Fact]
    public void A_file_that_does_not_fit_is_refused_before_anything_is_read()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Build(new PackingCase(Layer, seed: 1).Tensors.Skip(1)));
        Should.Throw<WeightFileException>(() => new WeightReader(Network, file)).Reason.ShouldContain("1 tensor missing: 'conv.weight'");
    }

    private static NetworkDescription Network => Descriptions.Of(400, "same", Layer);
}
