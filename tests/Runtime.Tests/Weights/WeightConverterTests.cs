using EfficientNet.Runtime.Tests.Support;
using EfficientNet.Runtime.Tests.Weights.PyTorch;
using Tensor = (string Name, string Type, long[] Shape, byte[] Data);

namespace EfficientNet.Runtime.Tests.Weights;

public sealed unsafe class WeightConverterTests
{
    [Theory]
    [InlineData(NamingScheme.TorchVision, "tv.")]
    [InlineData(NamingScheme.Timm, "")]
    [InlineData(NamingScheme.Lukemelas, "_")]
    [InlineData(null, "tv.")]
    public void Every_tensor_gets_the_name_asked_for_and_packs_to_the_same_weights(NamingScheme? names, string prefix)
    {
        List<Tensor> tensors = SmallWeights.Tensors("tv.");
        SmallWeights.Replace(tensors, "tv.fc.weight", tensor => tensor with { Shape = [2, 2, 1, 1] });
        byte[] source = SafetensorsBytes.Build(tensors);
        byte[] converted = Convert(source, new WeightConversion { Names = names });
        using WeightFile file = WeightFile.Open(new MemoryStream(converted), "c");
        file.Tensors.Select(tensor => tensor.Name).ShouldBe(new[] { "stem.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "fc.weight", "fc.bias" }
            .Select(name => prefix + name));
        file.TryGetTensor($"{prefix}fc.weight", out TensorEntry? weight).ShouldBeTrue();
        weight!.Shape.ShouldBe([2L, 2, 1, 1], "a published shape stays");
        Packed(converted).ShouldBe(Packed(source));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Narrow_types_hold_the_rounded_values(string dataType)
    {
        byte[] converted = Convert(SafetensorsBytes.Build(SmallWeights.Tensors("tv.")), new WeightConversion { DataType = dataType });
        using WeightFile file = WeightFile.Open(new MemoryStream(converted), "c");
        file.Tensors.ShouldAllBe(tensor => tensor.DataType == dataType);
        file.ReadFloats("tv.fc.weight").ShouldBe(Array.ConvertAll(SmallWeights.Classifier, value => dataType == "F16" ? (float)(Half)value : NearestBFloat16(value)));
        file.ReadFloats("tv.fc.weight")[2].ShouldNotBe(SmallWeights.Classifier[2]);
    }

    [Fact]
    public void What_no_load_would_take_is_refused_by_the_name_of_the_source()
    {
        List<Tensor> tensors = SmallWeights.Tensors("tv.");
        SmallWeights.Replace(tensors, "tv.bn.running_var", tensor => tensor with { Data = SafetensorsBytes.Floats(4, -0.5f) });
        Should.Throw<WeightFileException>(() => Convert(SafetensorsBytes.Build(tensors), new WeightConversion())).Reason.ShouldStartWith("tensor 'tv.bn.running_var' holds -0.5 at [1]");
    }

    [Fact]
    public void Rounding_to_bfloat16_is_to_the_nearest_for_every_kind_of_value()
    {
        var random = new Random(1);
        for (int round = 0; round < 100_000; round++)
        {
            float value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (!float.IsFinite(value) || MathF.Abs(value) > 3.3e38f)
                continue;
            var widened = new float[1];
            FloatConversion.FromBFloat16([FloatConversion.ToBFloat16(value)], widened);
            widened[0].ShouldBe(NearestBFloat16(value));
        }
        FloatConversion.ToBFloat16(float.NaN).ShouldBe((ushort)0xFFC0);
        FloatConversion.ToBFloat16(BitConverter.UInt32BitsToSingle(0x7F800001)).ShouldBe((ushort)0x7FC0, "a NaN whose upper half is infinity");
        FloatConversion.ToBFloat16(float.MaxValue).ShouldBe((ushort)0x7F80);
        // Ties go to the even neighbour.
        FloatConversion.ToBFloat16(BitConverter.UInt32BitsToSingle(0x3F808000)).ShouldBe((ushort)0x3F80);
        FloatConversion.ToBFloat16(BitConverter.UInt32BitsToSingle(0x3F818000)).ShouldBe((ushort)0x3F82);
    }

    [Fact]
    public void Values_outside_the_new_type_and_values_that_are_not_finite_are_errors()
    {
        List<Tensor> tensors = SmallWeights.Tensors("tv.");
        SmallWeights.Replace(tensors, "tv.fc.weight", tensor => tensor with { Data = SafetensorsBytes.Floats(1, 70_000, 0, 0) });
        byte[] file = SafetensorsBytes.Build(tensors);
        Should.Throw<WeightFileException>(() => Convert(file, new WeightConversion { DataType = "F16" })).Reason
            .ShouldBe("tensor 'tv.fc.weight' holds 70000 as value 1 of 4, counted from 0: that is outside F16");
        Convert(file, new WeightConversion { DataType = "BF16" }).ShouldNotBeEmpty();

        SmallWeights.Replace(tensors, "tv.fc.weight", tensor => tensor with { Data = SafetensorsBytes.Floats(1, 0, float.NaN, 0) });
        Should.Throw<WeightFileException>(() => Convert(SafetensorsBytes.Build(tensors), new WeightConversion())).Reason.ShouldContain("'tv.fc.weight' holds NaN at [1, 0]");
        Should.Throw<ArgumentException>(() => Convert(file, new WeightConversion { DataType = "I64" })).Message.ShouldStartWith("Weights can be F32, F16 or BF16, not 'I64'.");
        Should.Throw<ArgumentException>(() => Convert(file, new WeightConversion { Names = (NamingScheme)7 })).Message.ShouldStartWith("There is no naming scheme 7.");
    }

    [Fact]
    public void A_PyTorch_file_becomes_safetensors_and_loads_by_itself_too()
    {
        byte[] torch = TorchFile("module.tv.");
        byte[] converted = Convert(torch, new WeightConversion { Names = NamingScheme.Timm, Labels = ["cat", "dog"] });
        Packed(torch).ShouldBe(Packed(SafetensorsBytes.Build(SmallWeights.Tensors("tv."))));
        Packed(converted).ShouldBe(Packed(torch));

        using PackedWeights loaded = Load(converted);
        loaded.Metadata.Labels.ShouldBe(["cat", "dog"]);
        loaded.Metadata.Network.ShouldBe("Net");
        loaded.Metadata.Preprocessing!.Crop.ShouldBe(4);
        using PackedWeights bare = Load(torch);
        bare.Metadata.ShouldBe(new WeightMetadata());
    }

    [Fact]
    public void Labels_are_carried_along_unless_others_are_given()
    {
        byte[] first = Convert(SafetensorsBytes.Build(SmallWeights.Tensors("tv.")), new WeightConversion { Labels = ["cat", "dog"] });
        Metadata(Convert(first, new WeightConversion())).Labels.ShouldBe(["cat", "dog"]);
        Metadata(Convert(first, new WeightConversion { Labels = ["chat", "chien"] })).Labels.ShouldBe(["chat", "chien"]);
    }

    [Fact]
    public void Preprocessing_is_carried_along_and_labels_of_another_number_of_classes_are_refused_unless_others_are_given()
    {
        byte[] source = SmallWeights.File("tv.", new Dictionary<string, string>
        {
            ["efficientnet.preprocessing"] = """{"resize":7,"crop":4,"interpolation":"bilinear","mean":[0.5,0.5,0.5],"std":[2,2,2]}""",
            ["efficientnet.labels"] = """["cat","dog","fox"]""",
        }).ToArray();
        Should.Throw<WeightFileException>(() => Convert(source, new WeightConversion())).Message.ShouldBe("w: its metadata efficientnet.labels names 3 classes: Net has 2");
        WeightMetadata metadata = Metadata(Convert(source, new WeightConversion { Labels = ["cat", "dog"] }));
        metadata.Labels.ShouldBe(["cat", "dog"]);
        Preprocessing photo = metadata.Preprocessing!;
        (photo.Resize, photo.Crop, photo.Interpolation, photo.Mean[2], photo.Std[0]).ShouldBe((7, 4, Interpolation.Bilinear, 0.5f, 2f));
    }

    [Fact]
    public void Weights_of_another_convention_are_warned_of_when_converted_and_whenever_they_are_loaded_after()
    {
        var warnings = new List<string>();
        byte[] converted = Convert(SafetensorsBytes.Build(SmallWeights.Tensors("_")), new WeightConversion { Names = NamingScheme.TorchVision, Warning = warnings.Add });
        warnings.ShouldHaveSingleItem().ShouldContain("trained with same padding (lukemelas names)");
        Metadata(converted).Padding.ShouldBe("same");

        warnings.Clear();
        WeightLoader.Load(SmallWeights.Network(), new MemoryStream(converted), "c", new NetworkOptions { Warning = warnings.Add }).Dispose();
        warnings.ShouldBe(
        [
            "c: these look like weights trained with same padding (the file's metadata), but Net was generated for symmetric padding: its answers will be worse than they should be.",
            "c: its metadata says that BatchNorm's epsilon is 0.001, but Net was generated for 1E-05: its answers will be worse than they should be.",
        ]);
    }

    /// <summary>What names tell of TensorFlow's weights a converted file says, where the source was warned of and where it was not.</summary>
    [Fact]
    public void Weights_that_TensorFlow_trained_have_its_epsilon_when_they_are_converted()
    {
        NetworkDescription network = SmallWeights.Network("same");
        var warnings = new List<string>();
        using WeightFile file = WeightFile.Open(new MemoryStream(SafetensorsBytes.Build(SmallWeights.Tensors("_"))), "w");
        ConvertedWeights weights = WeightConverter.Convert(network, file, new WeightConversion { Warning = warnings.Add });
        warnings.ShouldHaveSingleItem().ShouldContain("trained with a BatchNorm epsilon of 0.001, but Net was generated for 1E-05");
        using var folder = new TemporaryFolder();
        weights.Write(folder["c"]);
        Metadata(File.ReadAllBytes(folder["c"])).Epsilon.ShouldBe(1e-3);

        warnings.Clear();
        WeightLoader.Load(network, folder["c"], new NetworkOptions { Warning = warnings.Add }).Dispose();
        warnings.ShouldHaveSingleItem().ShouldContain("epsilon is 0.001, but Net was generated for 1E-05");
    }

    [Theory]
    [InlineData("epsilon", "0.001", "epsilon is 0.001, but Net was generated for 1E-05")]
    [InlineData("activation", "relu6", "activation is relu6, but Net was generated for silu")]
    [InlineData("padding", "same", "same padding (the file's metadata)")]
    [InlineData("epsilon", "0.00001", null)]
    [InlineData("padding", "symmetric", null)]
    [InlineData("resolution", "5", "the input is 5×5 pixels, but Net was generated for 4×4: its answers may be worse")]
    [InlineData("preprocessing", """{"resize":6,"crop":6,"interpolation":"bicubic","mean":[0,0,0],"std":[1,1,1]}""", "the input is 6×6 pixels")]
    [InlineData("resolution", "4", null)]
    public void Metadata_that_contradicts_the_network_gives_a_warning(string key, string value, string? warned)
    {
        using MemoryStream stream = SmallWeights.File("tv.", new Dictionary<string, string> { [$"efficientnet.{key}"] = value });
        var warnings = new List<string>();
        WeightLoader.Load(SmallWeights.Network(), stream, "w", new NetworkOptions { Warning = warnings.Add }).Dispose();
        if (warned is null)
            warnings.ShouldBeEmpty();
        else
            warnings.ShouldHaveSingleItem().ShouldContain(warned);
    }

    [Fact]
    public void A_file_fits_only_when_nothing_is_missing_or_left()
    {
        List<Tensor> tensors = SmallWeights.Tensors("tv.");
        Fits(tensors).ShouldBeTrue();
        tensors.Add(("x", "F32", [1], new byte[4]));
        Fits(tensors).ShouldBeFalse();

        static bool Fits(List<Tensor> tensors)
        {
            using WeightFile file = WeightFile.Open(new MemoryStream(SafetensorsBytes.Build(tensors)), "w");
            return WeightConverter.Fits(SmallWeights.Network(), file);
        }
    }

    private static byte[] TorchFile(string prefix)
    {
        PickleBytes pickle = PickleBytes.Protocol().EmptyOrderedDict().Raw("(");
        List<Tensor> tensors = SmallWeights.Tensors(prefix);
        for (int i = 0; i < tensors.Count; i++)
        {
            (string name, string type, long[] shape, byte[] data) = tensors[i];
            long[] strides = [.. Enumerable.Range(0, shape.Length).Select(d => shape[(d + 1)..].Aggregate(1L, (a, b) => a * b))];
            pickle.Text(name).Tensor($"{i}", type == "I64" ? "LongStorage" : "FloatStorage", data.Length / (type == "I64" ? 8 : 4), 0, shape, strides);
        }
        return TorchBytes.Zip([("x/data.pkl", pickle.Raw("u").Stop()), .. tensors.Select((t, i) => ($"x/data/{i}", t.Data))]);
    }

    private static byte[] Convert(byte[] source, WeightConversion conversion)
    {
        using WeightFile file = WeightFile.Open(new MemoryStream(source), "w");
        ConvertedWeights weights = WeightConverter.Convert(SmallWeights.Network(), file, conversion);
        using var folder = new TemporaryFolder();
        weights.Write(folder["c"]);
        return File.ReadAllBytes(folder["c"]);
    }

    private static WeightMetadata Metadata(byte[] source)
    {
        using WeightFile file = WeightFile.Open(new MemoryStream(source), "w");
        return WeightMetadata.Read(file);
    }

    private static PackedWeights Load(byte[] source)
    {
        return WeightLoader.Load(SmallWeights.Network(), new MemoryStream(source), "w", null);
    }

    private static float[] Packed(byte[] source)
    {
        using PackedWeights packed = Load(source);
        return new Span<float>(packed.Pointer, (int)packed.Length).ToArray();
    }

    // The nearer of the two neighbours, the even one when neither is.
    private static float NearestBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000;
        double lower = BitConverter.UInt32BitsToSingle(bits), upper = BitConverter.UInt32BitsToSingle(bits + 0x10000);
        double below = Math.Abs(value - lower), above = Math.Abs(upper - value);
        bool isLower = below < above || (below == above && (bits & 0x10000) == 0);
        return (float)(isLower ? lower : upper);
    }
}
