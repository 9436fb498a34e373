using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class SafetensorsFileTests
{
    private static readonly byte[] Good = SafetensorsBytes.Build(
        """
        {"__metadata__":{"format":"pt","note":"Grüße"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},
         "steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},
         "h":{"data_offsets":[16,22],"shape":[3],"dtype":"F16"},"bf":{"dtype":"BF16","shape":[1],"data_offsets":[22,24]}}
        """ + "   ",
        [7, 0, 0, 0, 0, 0, 0, 0, .. SafetensorsBytes.Floats(1.5f, -2f), .. SafetensorsBytes.Words(0x3C00, 0xC000, 0x0001), .. SafetensorsBytes.Words(0x4049)]);

    [Fact]
    public void A_good_file_shows_its_tensors_in_the_order_of_their_bytes()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(Good);
        long start = Good.Length - 24;
        file.Tensors.Select(t => (t.Name, t.DataType, Text.Shape(t.Shape), t.Offset - start, t.Length, t.Count)).ShouldBe(
        [
            ("steps", "I64", "[]", 0, 8, 1),
            ("b", "F32", "[2, 1]", 8, 8, 2),
            ("none", "F32", "[0, 3]", 16, 0, 0),
            ("h", "F16", "[3]", 16, 6, 3),
            ("bf", "BF16", "[1]", 22, 2, 1),
        ]);
        file.Metadata.OrderBy(m => m.Key).Select(m => $"{m.Key}={m.Value}").ShouldBe(["format=pt", "note=Grüße"]);
        file.TryGetTensor("h", out _).ShouldBeTrue();
        file.TryGetTensor("H", out _).ShouldBeFalse();
    }

    [Fact]
    public void Values_are_read_from_files_and_from_streams_that_can_seek_or_cannot()
    {
        using var folder = new TemporaryFolder();
        using var shifted = new MemoryStream([1, 2, 3, .. Good]) { Position = 3 };
        using var oneWay = new OneWayStream(new MemoryStream(Good));
        Func<SafetensorsFile>[] ways =
        [
            () => SafetensorsFile.Open(folder.Write("good.safetensors", Good)),
            () => SafetensorsFile.Open(shifted, "shifted"),
            () => SafetensorsFile.Open(oneWay, "one way"),
        ];
        foreach (Func<SafetensorsFile> open in ways)
        {
            using SafetensorsFile file = open();
            file.ReadFloats("h").ShouldBe([1f, -2f, MathF.Pow(2, -24)]);
            file.ReadFloats("b").ShouldBe([1.5f, -2f]);
            file.ReadFloats("bf").ShouldBe([3.140625f]);
            file.ReadFloats("none").ShouldBeEmpty();
        }
        shifted.CanRead.ShouldBeTrue("the stream is the caller's");
    }

    [Fact]
    public void An_empty_object_is_a_valid_file_of_no_tensors()
    {
        SafetensorsBytes.Open(SafetensorsBytes.Build("{}", [])).Tensors.ShouldBeEmpty();
    }

    [Fact]
    public void A_destination_of_another_length_is_refused()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(Good);
        Should.Throw<ArgumentException>(() => file.ReadFloats("b", new float[3]))
            .Message.ShouldStartWith("Tensor 'b' has 2 values: the span holds 3.");
    }

    [Fact]
    public void A_tensor_that_is_not_there_or_holds_no_floats_is_named()
    {
        using SafetensorsFile file = SafetensorsBytes.Open(Good);
        Should.Throw<WeightFileException>(() => file.ReadFloats("c")).Message.ShouldBe("w.safetensors: there is no tensor 'c'");
        Should.Throw<WeightFileException>(() => file.ReadFloats("steps")).Reason
            .ShouldBe("tensor 'steps' has dtype I64: only F32, F16 and BF16 can be read as floats");
    }

    [Fact]
    public void A_file_that_is_not_there_or_is_a_folder_is_one_line()
    {
        using var folder = new TemporaryFolder();
        string absent = folder["absent.safetensors"];
        Should.Throw<WeightFileException>(() => SafetensorsFile.Open(absent)).Message.ShouldBe($"{absent}: there is no such file");
        Should.Throw<WeightFileException>(() => SafetensorsFile.Open(folder.Root)).Message.ShouldBe($"{folder.Root}: is a folder");
    }

    [Fact]
    public void Every_length_that_a_file_can_be_cut_to_is_an_error()
    {
        for (int length = 0; length < Good.Length; length++)
            Should.Throw<WeightFileException>(() => SafetensorsBytes.Open(Good[..length])).FileName.ShouldBe("w.safetensors");
    }

    [Fact]
    public void A_file_cut_short_after_it_was_opened_is_an_error_that_names_tensor_and_byte()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("cut.safetensors", Good);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            writer.SetLength(Good.Length - 14);

        Should.Throw<WeightFileException>(() => file.ReadFloats("b")).Message.ShouldBe(
            $"{path}: the file is cut short: tensor 'b' takes bytes {Good.Length - 16} to {Good.Length - 8}, but reading ended at byte {Good.Length - 14}");
        Should.Throw<WeightFileException>(() => file.ReadFloats("h")).Reason.ShouldContain("tensor 'h'");
    }

    [Fact]
    public void Reads_that_return_less_than_was_asked_for_are_continued()
    {
        using SafetensorsFile file = SafetensorsFile.Open(new DrippingStream(Good), "dripping");
        file.ReadFloats("b").ShouldBe([1.5f, -2f]);
    }

    [Fact]
    public void Random_damage_to_a_file_never_gives_another_exception()
    {
        var random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] damaged = [.. Good];
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length - 24)] = (byte)random.Next(256);
            try
            {
                using SafetensorsFile file = SafetensorsBytes.Open(damaged);
                foreach (SafetensorsEntry tensor in file.Tensors)
                    (tensor.Offset + tensor.Length).ShouldBeLessThanOrEqualTo(damaged.Length);
            }
            catch (WeightFileException exception)
            {
                exception.Message.ShouldNotContain('\n');
                refused++;
            }
        }
        refused.ShouldBeInRange(1000, 4999);
    }

    [SharedFact]
    public void The_published_weights_open_and_their_halves_are_the_rounded_singles()
    {
        using SafetensorsFile singles = SafetensorsFile.Open(SharedFolder.File("weights", "tf_efficientnet_lite0.safetensors"));
        using SafetensorsFile halves = SafetensorsFile.Open(SharedFolder.File("weights", "tf_efficientnet_lite0.fp16.safetensors"));
        singles.Tensors.Count.ShouldBe(296);
        singles.Metadata["architecture"].ShouldBe("tf_efficientnet_lite0");
        long compared = 0;
        foreach (SafetensorsEntry tensor in singles.Tensors.Where(t => t.DataType == "F32"))
        {
            float[] single = singles.ReadFloats(tensor.Name), half = halves.ReadFloats(tensor.Name);
            half.Length.ShouldBe(single.Length);
            for (int i = 0; i < single.Length; i++)
            {
                if (half[i] != (float)(Half)single[i])
                    Assert.Fail($"{tensor.Name}[{i}] is {half[i]} as a half and {single[i]} as a single.");
            }
            compared += single.Length;
        }
        compared.ShouldBe(4_694_024L, "4,652,008 parameters and 42,016 running statistics");
    }

    [SharedFact]
    public void All_reference_files_open()
    {
        string[] files = Directory.GetFiles(SharedFolder.Reference("operations"), "*.safetensors");
        files.ShouldNotBeEmpty();
        foreach (string path in files)
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            file.Tensors.ShouldNotBeEmpty();
        }
    }

    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer)
        {
            return base.Read(buffer.Length > 3 ? buffer[..3] : buffer);
        }
    }
}
