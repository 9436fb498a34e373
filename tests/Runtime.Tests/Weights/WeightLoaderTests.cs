using EfficientNet.Runtime.Tests.Support;
using Tensor = (string Name, string Type, long[] Shape, byte[] Data);

namespace EfficientNet.Runtime.Tests.Weights;

public sealed unsafe class WeightLoaderTests
{
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
        weights.Pointer[SmallWeights.ClassifierAt + 1].ShouldBe(2f);
        weights.Pointer[SmallWeights.BiasAt + 1].ShouldBe(8f);
    }

    [Fact]
    public void A_path_works_as_a_stream_does()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("w.safetensors", SafetensorsBytes.Build(Tensors("")));
        using PackedWeights weights = WeightLoader.Load(SmallWeights.Network(), path);
        weights.Pointer[SmallWeights.BiasAt + 1].ShouldBe(8f);
        Should.Throw<WeightFileException>(() => WeightLoader.Load(SmallWeights.Network(), folder["no"], null)).Reason.ShouldBe("there is no such file");
    }

    [Fact]
    public void A_linear_weight_may_be_stored_as_a_pointwise_convolution()
    {
        List<Tensor> tensors = Tensors("");
        SmallWeights.Replace(tensors, "fc.weight", t => t with { Shape = [2, 2, 1, 1] });
        using PackedWeights weights = Load(tensors);
        weights.Pointer[SmallWeights.ClassifierAt + 1].ShouldBe(2f);
    }

    [Fact]
    public void Missing_extra_misshapen_and_mistyped_tensors_are_all_named_at_once()
    {
        List<Tensor> tensors = Tensors("_");
        tensors.RemoveAll(t => t.Name is "_bn.bias" or "_fc.bias");
        tensors.Add(("_head.weight", "F32", [1], new byte[4]));
        SmallWeights.Replace(tensors, "_fc.weight", t => t with { Shape = [1, 4] });
        SmallWeights.Replace(tensors, "_stem.weight", t => t with { Type = "I32" });
        Should.Throw<WeightFileException>(() => Load(tensors)).Message.ShouldBe(
            "w.safetensors: does not fit Net (lukemelas names): 2 tensors missing: '_bn.bias', '_fc.bias'; 1 tensor extra: '_head.weight'; "
            + "1 tensor misshapen: '_fc.weight' is [1, 4] and must be [2, 2]; 1 tensor of the wrong type: '_stem.weight' is I32 and must be F32, F16 or BF16");
    }

    [Fact]
    public void A_classifier_may_have_fewer_rows_where_the_metadata_names_as_many_classes()
    {
        List<Tensor> tensors = Tensors("");
        SmallWeights.Replace(tensors, "fc.weight", t => t with { Type = "F32", Shape = [1, 2], Data = SafetensorsBytes.Floats(1.5f, -2.75f) });
        SmallWeights.Replace(tensors, "fc.bias", t => t with { Type = "F32", Shape = [1], Data = SafetensorsBytes.Floats(7) });
        Should.Throw<WeightFileException>(() => Load(tensors)).Reason.ShouldContain("'fc.weight' is [1, 2] and must be [2, 2]");
        using var folder = new TemporaryFolder();
        string path = folder["few.safetensors"];
        using (WeightFile file = WeightFile.Open(new MemoryStream(SafetensorsBytes.Build(tensors)), "w"))
        {
            SafetensorsWriter.Write(path, file.Tensors.Where(t => t.DataType != "I64").Select(t => new SafetensorsTensor(t.Name, t.Shape, file.ReadFloats(t.Name))),
                new Dictionary<string, string> { ["efficientnet.labels"] = "[\"only\"]" });
        }

        using PackedWeights weights = WeightLoader.Load(SmallWeights.Network(), path);
        weights.Metadata.Labels.ShouldBe(["only"]);
        weights.Pointer[SmallWeights.BiasAt].ShouldBe(7f);
        weights.Pointer[SmallWeights.BiasAt + 1].ShouldBe(-1e30f);
        weights.Pointer[SmallWeights.ClassifierAt].ShouldBe(1.5f);
        weights.Pointer[SmallWeights.ClassifierAt + 1].ShouldBe(0f);
        weights.Pointer[SmallWeights.ClassifierAt + 16].ShouldBe(-2.75f);
        using WeightFile again = WeightFile.Open(path);
        ConvertedWeights converted = WeightConverter.Convert(SmallWeights.Network(), again, new WeightConversion());
        converted.Tensors.Single(t => t.Name == "fc.weight").Shape.ShouldBe([1, 2]);
        converted.Metadata.Labels.ShouldBe(["only"]);
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
            SmallWeights.Replace(tensors, "stem.weight", t => t with { Data = SafetensorsBytes.Floats(values) });
            Should.Throw<WeightFileException>(() => Load(tensors)).Message.ShouldBe(
                $"w.safetensors: tensor 'stem.weight' holds {spelling} at [{at / 9}, 0, {at / 3 % 3}, {at % 3}] (value {at} of 18, counted from 0)");
        }
    }

    [Fact]
    public void A_variance_without_a_square_root_and_an_overflowing_fold_are_errors()
    {
        List<Tensor> tensors = Tensors("");
        SmallWeights.Replace(tensors, "bn.running_var", t => t with { Data = SafetensorsBytes.Floats(4, -0.5f) });
        Should.Throw<WeightFileException>(() => Load(tensors)).Reason
            .ShouldBe("tensor 'bn.running_var' holds -0.5 at [1]: with epsilon 0 that has no inverse square root");

        tensors = Tensors("");
        SmallWeights.Replace(tensors, "bn.weight", t => t with { Data = SafetensorsBytes.Floats(3, float.MaxValue) });
        Should.Throw<WeightFileException>(() => Load(tensors)).Reason
            .ShouldBe("folding its BatchNorm into 'stem.weight' overflows a float at output 1");
    }

    [Theory]
    [InlineData("tv.", "symmetric", null)]
    [InlineData("tv.", "same", "symmetric padding (torchvision names)")]
    [InlineData("_", "symmetric", "same padding (lukemelas names)")]
    [InlineData("_", "same", "TensorFlow's weights (lukemelas names), trained with a BatchNorm epsilon of 0.001, but Net was generated for 1E-05")]
    [InlineData("", "symmetric", null)]
    [InlineData("", "same", null)]
    public void Weights_that_were_trained_with_other_padding_or_epsilon_give_a_warning(string prefix, string padding, string? warned)
    {
        var warnings = new List<string>();
        byte[] file = SafetensorsBytes.Build(Tensors(prefix));
        WeightLoader.Load(SmallWeights.Network(padding), new MemoryStream(file), "w", new NetworkOptions { Warning = warnings.Add }).Dispose();
        if (warned is null)
            warnings.ShouldBeEmpty();
        else
            warnings.ShouldHaveSingleItem().ShouldContain(warned);
    }

    [Fact]
    public void Weights_of_timm_that_came_from_TensorFlow_are_known_by_their_architecture()
    {
        using MemoryStream stream = SmallWeights.File("", new Dictionary<string, string> { ["architecture"] = "tf_efficientnet_b0" });
        var warnings = new List<string>();
        WeightLoader.Load(SmallWeights.Network(), stream, "w", new NetworkOptions { Warning = warnings.Add }).Dispose();
        warnings.ShouldHaveSingleItem().ShouldBe(
            "w: these look like weights trained with same padding (timm names), but Net was generated for symmetric padding: its answers will be worse than they should be.");
    }

    // The classifier in both narrow types.
    private static List<Tensor> Tensors(string prefix)
    {
        List<Tensor> tensors = SmallWeights.Tensors(prefix);
        SmallWeights.Replace(tensors, $"{prefix}fc.weight", t => t with
        {
            Type = "F16",
            Data = SafetensorsBytes.Words([.. Enumerable.Range(0, 4).Select(i => BitConverter.HalfToUInt16Bits((Half)i))]),
        });
        SmallWeights.Replace(tensors, $"{prefix}fc.bias", t => t with { Type = "BF16", Data = SafetensorsBytes.Words(0x40E0, 0x4100) });
        return tensors;
    }

    [Theory]
    [InlineData("/models/tf_efficientnet_b0_aa-827b6e33.pth", true)]
    [InlineData("tf_efficientnet/efficientnet_b0.pth", false)]
    public void Without_an_architecture_timms_name_of_the_file_tells(string name, bool warned)
    {
        var warnings = new List<string>();
        WeightLoader.Load(SmallWeights.Network(), new MemoryStream(SafetensorsBytes.Build(Tensors(""))), name, new NetworkOptions { Warning = warnings.Add }).Dispose();
        warnings.Count(warning => warning.Contains("trained with same padding (timm names)")).ShouldBe(warned ? 1 : 0);
    }

    [Fact]
    public void Loading_can_be_given_up()
    {
        var options = new NetworkOptions { CancellationToken = new CancellationToken(canceled: true) };
        byte[] file = SafetensorsBytes.Build(Tensors(""));
        Should.Throw<OperationCanceledException>(() => WeightLoader.Load(SmallWeights.Network(), new MemoryStream(file), "w", options));
        using var folder = new TemporaryFolder();
        Should.Throw<OperationCanceledException>(() => WeightLoader.Load(SmallWeights.Network(), folder.Write("w", file), options));
    }

    [Fact]
    public void Labels_and_preprocessing_of_the_file_go_with_the_weights()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("w.safetensors", SmallWeights.File("", Photo(4)).ToArray());
        using PackedWeights weights = WeightLoader.Load(SmallWeights.Network(), path);
        weights.Metadata.Labels.ShouldBe(["cat", "dog"]);
        Preprocessing photo = weights.Metadata.PreprocessingFor(SmallWeights.Network());
        (photo.Resize, photo.Crop, photo.Interpolation, photo.Mean[0], photo.Std[1]).ShouldBe((9, 4, Interpolation.Bilinear, 0.5f, 2f));
        WeightLoader.Inspect(SmallWeights.Network(), path, null).Labels.ShouldBe(["cat", "dog"]);
    }

    [Fact]
    public void Of_a_file_for_another_resolution_the_filter_mean_and_std_count()
    {
        using PackedWeights weights = WeightLoader.Load(SmallWeights.Network(), SmallWeights.File("", Photo(8)), "w", null);
        Preprocessing photo = weights.Metadata.PreprocessingFor(SmallWeights.Network());
        (photo.Resize, photo.Crop, photo.Interpolation, photo.Mean[0], photo.Std[1]).ShouldBe((4, 4, Interpolation.Bilinear, 0.5f, 2f));
    }

    [Fact]
    public void Another_number_of_labels_than_of_classes_is_refused_before_a_tensor_is_read()
    {
        var metadata = new Dictionary<string, string> { ["efficientnet.labels"] = """["cat"]""" };
        string message = Should.Throw<WeightFileException>(() => WeightLoader.Load(SmallWeights.Network(), SmallWeights.File("", metadata), "w", null)).Message;
        message.ShouldBe("w: its metadata efficientnet.labels names 1 class: Net has 2");
        using var folder = new TemporaryFolder();
        string path = folder.Write("w", SmallWeights.File("", metadata).ToArray());
        Should.Throw<WeightFileException>(() => WeightLoader.Inspect(SmallWeights.Network(), path, null)).Reason.ShouldBe(message["w: ".Length..]);
    }

    [Fact]
    public void Looking_at_a_file_warns_and_refuses_as_loading_does_and_reads_no_values()
    {
        using var folder = new TemporaryFolder();
        List<Tensor> tensors = Tensors("_");
        SmallWeights.Replace(tensors, "_stem.weight", t => t with { Data = SafetensorsBytes.Floats(Enumerable.Repeat(float.NaN, 18).ToArray()) });
        string path = folder.Write("w", SafetensorsBytes.Build(tensors));
        var warnings = new List<string>();
        WeightLoader.Inspect(SmallWeights.Network(), path, new NetworkOptions { Warning = warnings.Add }).ShouldBe(new WeightMetadata());
        warnings.ShouldHaveSingleItem().ShouldContain("same padding (lukemelas names)");
        tensors.RemoveAt(0);
        path = folder.Write("w", SafetensorsBytes.Build(tensors));
        Should.Throw<WeightFileException>(() => WeightLoader.Inspect(SmallWeights.Network(), path, null)).Reason.ShouldContain("1 tensor missing: '_stem.weight'");
    }

    private static Dictionary<string, string> Photo(int crop)
    {
        return new Dictionary<string, string>
        {
            ["efficientnet.labels"] = """["cat","dog"]""",
            ["efficientnet.preprocessing"] = $$"""{"resize":9,"crop":{{crop}},"interpolation":"bilinear","mean":[0.5,0.5,0.5],"std":[2,2,2]}""",
        };
    }

    private static PackedWeights Load(IEnumerable<Tensor> tensors)
    {
        return WeightLoader.Load(SmallWeights.Network(), new MemoryStream(SafetensorsBytes.Build(tensors)), "w.safetensors", null);
    }
}
