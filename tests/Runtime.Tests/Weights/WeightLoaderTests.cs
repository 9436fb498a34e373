using EfficientNet.Runtime.Tests.Support;
using Tensor = (string Name, string Type, long[] Shape, byte[] Data);

namespace EfficientNet.Runtime.Tests.Weights;

public sealed unsafe class WeightLoaderTests
{
    private static readonly ConvolutionWeights Stem = new()
    {
        Names = Descriptions.Names("stem"),
        BatchNorm = Descriptions.Names("bn"),
        Epsilon = 0,
        Outputs = 2,
        Inputs = 1,
        Kernel = 3,
        Form = PackedForm.Depthwise,
        At = 0,
        BiasAt = 0,
        GroupBlocks = 1,
        GroupStride = 160,
    };

    private static readonly ConvolutionWeights Classifier = new()
    {
        Names = Descriptions.Names("fc"),
        Outputs = 3,
        Inputs = 2,
        Kernel = 0,
        HasBias = true,
        Form = PackedForm.Panels,
        At = 160,
        PanelBlocks = 1,
        BiasAt = 192,
    };

    [Theory]
    [InlineData("tv.")]
    [InlineData("")]
    [InlineData("_")]
    public void Each_naming_scheme_is_recognised_and_step_counters_are_ignored(string prefix)
    {
        using PackedWeights weights = Load(Tensors(prefix));
        // Variance 4 and epsilon 0 make the scale gamma / 2.
        weights.Pointer[0].ShouldBe(0 * 1.5f);
        weights.Pointer[16].ShouldBe(1 * 1.5f);
        weights.Pointer[16 + 1].ShouldBe(10 * 1.5f);
        weights.Pointer[144].ShouldBe(-1 * 1.5f + 0.25f);
        weights.Pointer[160 + 2].ShouldBe(4f);
        weights.Pointer[192 + 1].ShouldBe(8f);
    }

    [Fact]
    public void A_path_works_as_a_stream_does()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("w.safetensors", SafetensorsBytes.Build(Tensors("")));
        using PackedWeights weights = WeightLoader.Load(Network(), path);
        weights.Pointer[192 + 1].ShouldBe(8f);
        Should.Throw<WeightFileException>(() => WeightLoader.Load(Network(), folder.File("no"), null)).Reason.ShouldBe("there is no such file");
    }

    [Fact]
    public void A_linear_weight_may_be_stored_as_a_pointwise_convolution()
    {
        List<Tensor> tensors = Tensors("");
        Replace(tensors, "fc.weight", t => t with { Shape = [3, 2, 1, 1] });
        using PackedWeights weights = Load(tensors);
        weights.Pointer[160 + 2].ShouldBe(4f);
    }

    [Fact]
    public void Missing_extra_misshapen_and_mistyped_tensors_are_all_named_at_once()
    {
        List<Tensor> tensors = Tensors("_");
        tensors.RemoveAll(t => t.Name is "_bn.bias" or "_fc.bias");
        tensors.Add(("_head.weight", "F32", [1], new byte[4]));
        Replace(tensors, "_fc.weight", t => t with { Shape = [2, 3] });
        Replace(tensors, "_stem.weight", t => t with { Type = "I32" });
        Should.Throw<WeightFileException>(() => Load(tensors)).Message.ShouldBe(
            "w.safetensors: does not fit Net (lukemelas names): 2 tensors missing: '_bn.bias', '_fc.bias'; 1 tensor extra: '_head.weight'; "
            + "1 tensor misshapen: '_fc.weight' is [2, 3] and must be [3, 2]; 1 tensor of the wrong type: '_stem.weight' is I32 and must be F32, F16 or BF16");
    }

    [Fact]
    public void A_long_list_is_cut_after_eight_names()
    {
        List<Tensor> tensors = Tensors("");
        for (int i = 0; i < 11; i++)
            tensors.Add(($"x{i}", "F32", [1], new byte[4]));
        Should.Throw<WeightFileException>(() => Load(tensors)).Reason
            .ShouldBe("does not fit Net (timm names): 11 tensors extra: 'x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7' and 3 more");
    }

    [Fact]
    public void A_file_of_another_model_is_told_apart_from_one_with_gaps()
    {
        Should.Throw<WeightFileException>(() => Load([("a", "F32", [1], new byte[4])])).Reason
            .ShouldBe("does not fit Net: no tensor has a name that torchvision, timm or lukemelas gives it; it holds 'a'");
        Should.Throw<WeightFileException>(() => Load([])).Reason.ShouldEndWith("it holds none");
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "infinity")]
    [InlineData(float.NegativeInfinity, "-infinity")]
    public void A_value_that_is_not_finite_is_named_with_its_place(float bad, string spelling)
    {
        for (int at = 0; at < 18; at++)
        {
            List<Tensor> tensors = Tensors("");
            float[] values = new float[18];
            values[at] = bad;
            values[17] = bad;
            Replace(tensors, "stem.weight", t => t with { Data = SafetensorsBytes.Floats(values) });
            Should.Throw<WeightFileException>(() => Load(tensors)).Message.ShouldBe(
                $"w.safetensors: tensor 'stem.weight' holds {spelling} at [{at / 9}, 0, {at / 3 % 3}, {at % 3}] (value {at} of 18, counted from 0)");
        }
    }

    [Fact]
    public void A_variance_without_a_square_root_and_an_overflowing_fold_are_errors()
    {
        List<Tensor> tensors = Tensors("");
        Replace(tensors, "bn.running_var", t => t with { Data = SafetensorsBytes.Floats(4, -0.5f) });
        Should.Throw<WeightFileException>(() => Load(tensors)).Reason
            .ShouldBe("tensor 'bn.running_var' holds -0.5 at [1]: with epsilon 0 that has no inverse square root");

        tensors = Tensors("");
        Replace(tensors, "bn.weight", t => t with { Data = SafetensorsBytes.Floats(3, float.MaxValue) });
        Should.Throw<WeightFileException>(() => Load(tensors)).Reason
            .ShouldBe("folding its BatchNorm into 'stem.weight' overflows a float at output 1");
    }

    [Theory]
    [InlineData("tv.", "symmetric", null)]
    [InlineData("tv.", "same", "symmetric padding (torchvision names)")]
    [InlineData("_", "symmetric", "same padding (lukemelas names)")]
    [InlineData("_", "same", null)]
    [InlineData("", "symmetric", null)]
    [InlineData("", "same", null)]
    public void Weights_that_were_trained_with_other_padding_give_a_warning(string prefix, string padding, string? warned)
    {
        var warnings = new List<string>();
        byte[] file = SafetensorsBytes.Build(Tensors(prefix));
        WeightLoader.Load(Network(padding), new MemoryStream(file), "w", new NetworkOptions { Warning = warnings.Add }).Dispose();
        if (warned is null)
            warnings.ShouldBeEmpty();
        else
            warnings.ShouldHaveSingleItem().ShouldContain(warned);
    }

    [Fact]
    public void Weights_of_timm_that_came_from_TensorFlow_are_known_by_their_architecture()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(
            stream,
            Tensors("").Select(t => new SafetensorsTensor(t.Name, t.Shape, Enumerable.Repeat(1f, (int)t.Shape.Aggregate(1L, (a, b) => a * b)).ToArray())),
            new Dictionary<string, string> { ["architecture"] = "tf_efficientnet_b0" });
        stream.Position = 0;
        var warnings = new List<string>();
        WeightLoader.Load(Network(), stream, "w", new NetworkOptions { Warning = warnings.Add }).Dispose();
        warnings.ShouldHaveSingleItem().ShouldBe(
            "w: these look like weights trained with same padding (timm names), but Net was generated for symmetric padding: its answers will be worse than they should be.");
    }

    private static NetworkDescription Network(string padding = "symmetric")
    {
        return Descriptions.Of(208, padding, Stem, Classifier);
    }

    private static List<Tensor> Tensors(string prefix)
    {
        return
        [
            ($"{prefix}stem.weight", "F32", [2, 1, 3, 3], SafetensorsBytes.Floats([.. Enumerable.Range(0, 18).Select(i => (float)i)])),
            ($"{prefix}bn.weight", "F32", [2], SafetensorsBytes.Floats(3, 3)),
            ($"{prefix}bn.bias", "F32", [2], SafetensorsBytes.Floats(0.25f, 0.5f)),
            ($"{prefix}bn.running_mean", "F32", [2], SafetensorsBytes.Floats(1, 2)),
            ($"{prefix}bn.running_var", "F32", [2], SafetensorsBytes.Floats(4, 4)),
            ($"{prefix}bn.num_batches_tracked", "I64", [], new byte[8]),
            ($"{prefix}fc.weight", "F16", [3, 2], SafetensorsBytes.Words([.. Enumerable.Range(0, 6).Select(i => BitConverter.HalfToUInt16Bits((Half)i))])),
            ($"{prefix}fc.bias", "BF16", [3], SafetensorsBytes.Words(0x40E0, 0x4100, 0x4110)),
        ];
    }

    private static void Replace(List<Tensor> tensors, string name, Func<Tensor, Tensor> change)
    {
        int index = tensors.FindIndex(t => t.Name == name);
        tensors[index] = change(tensors[index]);
    }

    private static PackedWeights Load(IEnumerable<Tensor> tensors)
    {
        return WeightLoader.Load(Network(), new MemoryStream(SafetensorsBytes.Build(tensors)), "w.safetensors", null);
    }
}
