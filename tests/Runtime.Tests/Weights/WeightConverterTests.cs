using EfficientNet.Runtime.Tests.Support;
using EfficientNet.Runtime.Tests.Weights.PyTorch;
using Tensor = (string Name, string Type, long[] Shape, byte[] Data);

namespace EfficientNet.Runtime.Tests.Weights;

public sealed unsafe class WeightConverterTests
{
    private static readonly ConvolutionWeights Stem = new()
    {
        Names = Descriptions.Names("stem"),
        BatchNorm = Descriptions.Names("bn"),
        Epsilon = 1e-5,
        Outputs = 2,
        Inputs = 1,
        Kernel = 1,
        Form = PackedForm.Depthwise,
        At = 0,
        BiasAt = 0,
        GroupBlocks = 1,
        GroupStride = 32,
    };

    private static readonly ConvolutionWeights Classifier = new()
    {
        Names = Descriptions.Names("fc"),
        Outputs = 2,
        Inputs = 2,
        Kernel = 0,
        HasBias = true,
        Form = PackedForm.Panels,
        At = 32,
        PanelBlocks = 1,
        BiasAt = 64,
    };

    private static readonly float[] Values = [1.5f, -2.75f, 1f / 3f, 0.1f];

    [Theory]
    [InlineData(NamingScheme.TorchVision, "tv.")]
    [InlineData(NamingScheme.Timm, "")]
    [InlineData(NamingScheme.Lukemelas, "_")]
    [InlineData(null, "tv.")]
    public void Every_tensor_gets_the_name_asked_for_and_packs_to_the_same_weights(NamingScheme? names, string prefix)
    {
        byte[] source = SafetensorsBytes.Build(Tensors("tv."));
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
        byte[] converted = Convert(SafetensorsBytes.Build(Tensors("tv.")), new WeightConversion { DataType = dataType });
        using WeightFile file = WeightFile.Open(new MemoryStream(converted), "c");
        file.Tensors.ShouldAllBe(tensor => tensor.DataType == dataType);
        file.ReadFloats("tv.fc.weight").ShouldBe(Array.ConvertAll(Values, value => dataType == "F16" ? (float)(Half)value : NearestBFloat16(value)));
        file.ReadFloats("tv.fc.weight")[2].ShouldNotBe(Values[2]);
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
        List<Tensor> tensors = Tensors("tv.");
        tensors[5] = tensors[5] with { Data = SafetensorsBytes.Floats(1, 70_000, 0, 0) };
        byte[] file = SafetensorsBytes.Build(tensors);
        Should.Throw<WeightFileException>(() => Convert(file, new WeightConversion { DataType = "F16" })).Reason
            .ShouldBe("tensor 'tv.fc.weight' holds 70000 as value 1 of 4, counted from 0: that is outside F16");
        Convert(file, new WeightConversion { DataType = "BF16" }).ShouldNotBeEmpty();

        tensors[5] = tensors[5] with { Data = SafetensorsBytes.Floats(1, 0, float.NaN, 0) };
        Should.Throw<WeightFileException>(() => Convert(SafetensorsBytes.Build(tensors), new WeightConversion())).Reason.ShouldContain("'tv.fc.weight' holds NaN at [1, 0, 0, 0]");
        Should.Throw<ArgumentException>(() => Convert(file, new WeightConversion { DataType = "I64" })).Message.ShouldStartWith("Weights can be F32, F16 or BF16, not 'I64'.");
        Should.Throw<ArgumentException>(() => Convert(file, new WeightConversion { Names = (NamingScheme)7 })).Message.ShouldStartWith("There is no naming scheme 7.");
    }

    [Fact]
    public void A_PyTorch_file_becomes_safetensors_and_loads_by_itself_too()
    {
        byte[] torch = TorchFile("module.tv.");
        byte[] converted = Convert(torch, new WeightConversion { Names = NamingScheme.Timm, Labels = ["cat", "dog"] });
        Packed(torch).ShouldBe(Packed(SafetensorsBytes.Build(Tensors("tv."))));
        Packed(converted).ShouldBe(Packed(torch));

        WeightLoader.Load(Network(), new MemoryStream(converted), "c", null, out WeightMetadata metadata).Dispose();
        metadata.Labels.ShouldBe(["cat", "dog"]);
        metadata.Network.ShouldBe("Net");
        metadata.Preprocessing!.Crop.ShouldBe(4);
        WeightLoader.Load(Network(), new MemoryStream(torch), "t", null, out metadata).Dispose();
        metadata.ShouldBe(new WeightMetadata());
    }

    [Fact]
    public void Labels_are_carried_along_unless_others_are_given()
    {
        byte[] first = Convert(SafetensorsBytes.Build(Tensors("tv.")), new WeightConversion { Labels = ["cat", "dog"] });
        Metadata(Convert(first, new WeightConversion())).Labels.ShouldBe(["cat", "dog"]);
        Metadata(Convert(first, new WeightConversion { Labels = ["chat", "chien"] })).Labels.ShouldBe(["chat", "chien"]);
    }

    [Fact]
    public void Weights_of_another_convention_are_warned_of_when_converted_and_whenever_they_are_loaded_after()
    {
        var warnings = new List<string>();
        byte[] converted = Convert(SafetensorsBytes.Build(Tensors("_")), new WeightConversion { Names = NamingScheme.TorchVision, Warning = warnings.Add });
        warnings.ShouldHaveSingleItem().ShouldContain("trained with same padding (lukemelas names)");
        Metadata(converted).Padding.ShouldBe("same");

        warnings.Clear();
        WeightLoader.Load(Network(), new MemoryStream(converted), "c", new NetworkOptions { Warning = warnings.Add }).Dispose();
        warnings.ShouldHaveSingleItem().ShouldBe(
            "c: these look like weights trained with same padding (the file's metadata), but Net was generated for symmetric padding: its answers will be worse than they should be.");
    }

    [Theory]
    [InlineData("epsilon", "0.001", "epsilon is 0.001, but Net was generated for 1E-05")]
    [InlineData("activation", "relu6", "activation is relu6, but Net was generated for silu")]
    [InlineData("padding", "same", "same padding (the file's metadata)")]
    [InlineData("epsilon", "0.00001", null)]
    [InlineData("padding", "symmetric", null)]
    [InlineData("resolution", "5", null)]
    public void Metadata_that_contradicts_the_network_gives_a_warning(string key, string value, string? warned)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(
            stream,
            Tensors("tv.").Where(t => t.Type == "F32").Select(t => new SafetensorsTensor(t.Name, t.Shape, Enumerable.Repeat(1f, t.Data.Length / 4).ToArray())),
            new Dictionary<string, string> { [$"efficientnet.{key}"] = value });
        stream.Position = 0;
        var warnings = new List<string>();
        WeightLoader.Load(Network(), stream, "w", new NetworkOptions { Warning = warnings.Add }).Dispose();
        if (warned is null)
            warnings.ShouldBeEmpty();
        else
            warnings.ShouldHaveSingleItem().ShouldContain(warned);
    }

    [Fact]
    public void A_file_fits_only_when_nothing_is_missing_or_left()
    {
        List<Tensor> tensors = Tensors("tv.");
        Fits(tensors).ShouldBeTrue();
        tensors.Add(("x", "F32", [1], new byte[4]));
        Fits(tensors).ShouldBeFalse();

        static bool Fits(List<Tensor> tensors)
        {
            using WeightFile file = WeightFile.Open(new MemoryStream(SafetensorsBytes.Build(tensors)), "w");
            return WeightConverter.Fits(Network(), file);
        }
    }

    private static NetworkDescription Network()
    {
        return Descriptions.Of(80, "symmetric", Stem, Classifier);
    }

    private static List<Tensor> Tensors(string prefix)
    {
        return
        [
            ($"{prefix}stem.weight", "F32", [2, 1, 1, 1], SafetensorsBytes.Floats(3, 4)),
            ($"{prefix}bn.weight", "F32", [2], SafetensorsBytes.Floats(1, 2)),
            ($"{prefix}bn.bias", "F32", [2], SafetensorsBytes.Floats(0.25f, 0.5f)),
            ($"{prefix}bn.running_mean", "F32", [2], SafetensorsBytes.Floats(1, 2)),
            ($"{prefix}bn.running_var", "F32", [2], SafetensorsBytes.Floats(4, 5)),
            ($"{prefix}fc.weight", "F32", [2, 2, 1, 1], SafetensorsBytes.Floats(Values)),
            ($"{prefix}fc.bias", "F32", [2], SafetensorsBytes.Floats(7, 8)),
            ($"{prefix}bn.num_batches_tracked", "I64", [], new byte[8]),
        ];
    }

    private static byte[] TorchFile(string prefix)
    {
        PickleBytes pickle = PickleBytes.Protocol().EmptyOrderedDict().Raw("(");
        List<Tensor> tensors = Tensors(prefix);
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
        ConvertedWeights weights = WeightConverter.Convert(Network(), file, conversion);
        using var folder = new TemporaryFolder();
        weights.Write(folder.File("c"));
        return File.ReadAllBytes(folder.File("c"));
    }

    private static WeightMetadata Metadata(byte[] source)
    {
        using WeightFile file = WeightFile.Open(new MemoryStream(source), "w");
        return WeightMetadata.Read(file);
    }

    private static float[] Packed(byte[] source)
    {
        using PackedWeights packed = WeightLoader.Load(Network(), new MemoryStream(source), "w", null);
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
