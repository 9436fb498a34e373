using System.Reflection;
using System.Runtime.InteropServices;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed unsafe class PackedWeightsFileTests : IDisposable
{
    private const int ChecksumDigits = 32;

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void What_was_packed_is_loaded_to_the_bit_with_labels_and_preprocessing()
    {
        using PackedWeights packed = Packed();
        using PackedWeights loaded = Load(File(packed));
        Values(loaded).ShouldBe(Values(packed));
        loaded.Metadata.Labels.ShouldBe(["cat", "dog"]);
        Preprocessing photo = loaded.Metadata.PreprocessingFor(SmallWeights.Network());
        (photo.Resize, photo.Interpolation, photo.Std[1]).ShouldBe((9, Interpolation.Bilinear, 2f));
        (loaded.Metadata with { Labels = null, Preprocessing = null }).ShouldBe(packed.Metadata with { Labels = null, Preprocessing = null });
        ((nint)loaded.Pointer % AlignedBuffer.Alignment).ShouldBe(0);
    }

    [Fact]
    public void Values_on_a_64_byte_boundary_are_used_in_place_and_others_copied()
    {
        using PackedWeights packed = Packed();
        byte[] file = File(packed);
        int inPlace = 0;
        for (int offset = 0; offset < AlignedBuffer.Alignment; offset++)
        {
            byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)(file.Length + AlignedBuffer.Alignment), AlignedBuffer.Alignment);
            file.CopyTo(new Span<byte>(memory + offset, file.Length));
            PackedWeights loaded = PackedWeightsFile.Load(SmallWeights.Network(), new UnmanagedMemoryStream(memory + offset, file.Length), "w", this);
            Values(loaded).ShouldBe(Values(packed));
            bool within = (byte*)loaded.Pointer >= memory && (byte*)loaded.Pointer < memory + offset + file.Length;
            within.ShouldBe((nuint)(memory + offset + SafetensorsBytes.DataStart(file)) % AlignedBuffer.Alignment == 0);
            inPlace += within ? 1 : 0;

            // What was borrowed is not freed: the memory is still ours.
            loaded.Dispose();
            loaded.IsFreed.ShouldBeTrue();
            new Span<byte>(memory + offset, file.Length).SequenceEqual(file).ShouldBeTrue();
            NativeMemory.AlignedFree(memory);
        }
        inPlace.ShouldBe(1);
    }

    [Fact]
    public void A_packed_file_is_loaded_as_any_weight_file_is()
    {
        NetworkDescription network = SmallWeights.Network();
        using PackedWeights packed = Packed();
        byte[] file = File(packed);
        using PackedWeights fromPath = WeightLoader.Load(network, _folder["w"]), fromStream = WeightLoader.Load(network, new MemoryStream(file), "w", null);
        Values(fromPath).ShouldBe(Values(packed));
        Values(fromStream).ShouldBe(Values(packed));
        fromPath.Metadata.Labels.ShouldBe(["cat", "dog"]);
        WeightLoader.Inspect(network, _folder["w"], null).Labels.ShouldBe(["cat", "dog"]);
        NetworkDescription moved = Descriptions.Of(network.PackedFloats + 16, "symmetric", [.. network.Weights]);
        Should.Throw<WeightFileException>(() => WeightLoader.Inspect(moved, _folder["w"], null)).Reason.ShouldContain("another layout");
    }

    [Fact]
    public void Converted_weights_are_packed_as_they_would_be_loaded()
    {
        NetworkDescription network = SmallWeights.Network();
        using PackedWeights packed = Packed();
        using WeightFile source = WeightFile.Open(new MemoryStream(SmallWeights.File("", new Dictionary<string, string>()).ToArray()), "w");
        WeightConverter.Convert(network, source, new WeightConversion { Labels = ["a", "b"] }).WritePacked(_folder["p"], network);
        using PackedWeights loaded = WeightLoader.Load(network, _folder["p"]);
        Values(loaded).ShouldBe(Values(packed));
        loaded.Metadata.Labels.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Who_wants_the_tensors_themselves_is_told_that_they_are_packed()
    {
        NetworkDescription network = SmallWeights.Network();
        using PackedWeights packed = Packed();
        using WeightFile file = WeightFile.Open(new MemoryStream(File(packed)), "w");
        const string Reason = "holds weights packed for a compiled network, which can only run them: take the file that they were packed from";
        Should.Throw<WeightFileException>(() => new WeightReader(network, file)).Reason.ShouldBe(Reason);
        Should.Throw<WeightFileException>(() => WeightConverter.Convert(network, file, new WeightConversion())).Reason.ShouldBe(Reason);
        WeightConverter.Fits(network, file).ShouldBeFalse();
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-infinity")]
    public void A_value_that_is_not_finite_is_refused_though_its_checksum_is_right(float value, string spelled)
    {
        using PackedWeights packed = Packed();
        packed.Pointer[5] = value;
        byte[] file = File(packed);
        Should.Throw<WeightFileException>(() => Load(file)).Reason.ShouldBe($"tensor 'packed' holds {spelled} at [5] (value 5 of 208, counted from 0)");
        Should.Throw<WeightFileException>(() => WeightLoader.Load(SmallWeights.Network(), _folder["w"])).Reason.ShouldContain(spelled);
    }

    [Fact]
    public void A_changed_value_is_noticed_wherever_it_is()
    {
        using PackedWeights packed = Packed();
        byte[] file = File(packed);
        for (int at = SafetensorsBytes.DataStart(file); at < file.Length; at += 3)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 1;
            Should.Throw<WeightFileException>(() => Load(damaged)).Message.ShouldBe("w: its values are not those that were packed: their checksum is another");
        }
        Should.Throw<WeightFileException>(() => Load(file[..^1])).Message.ShouldStartWith("w: ");
    }

    /// <summary>Values are read and checked in parts of 1 MiB and pieces of 128 KiB: these are two parts, and three pieces and a short one.</summary>
    [Fact]
    public void Values_of_several_parts_are_loaded_to_the_bit_and_a_changed_one_is_noticed_in_each_piece()
    {
        const int Pieces = 2 * 8 + 4, Count = (Pieces - 1) * 32768 + 1003;
        NetworkDescription network = Descriptions.Of(Count, "symmetric", [.. SmallWeights.Network().Weights]);
        using var packed = new PackedWeights(AlignedBuffer.Allocate(Count, "test"));
        for (int i = 0; i < Count; i++)
            packed.Pointer[i] = i * 0.5f;
        PackedWeightsFile.Write(_folder["large"], network, packed);
        using (PackedWeights loaded = WeightLoader.Load(network, _folder["large"]))
            Values(loaded).ShouldBe(Values(packed));

        byte[] file = System.IO.File.ReadAllBytes(_folder["large"]);
        for (int offset = 0; offset <= AlignedBuffer.Alignment; offset += 4)
        {
            byte[] moved = [.. new byte[offset], .. file];
            fixed (byte* start = moved)
            {
                using PackedWeights embedded = PackedWeightsFile.Load(network, new UnmanagedMemoryStream(start + offset, file.Length), "w", this);
                Values(embedded).ShouldBe(Values(packed));
            }
        }
        for (int piece = 0; piece < Pieces; piece++)
        {
            byte[] damaged = [.. file];
            damaged[SafetensorsBytes.DataStart(file) + piece * 131072 + 2000] ^= 1;
            Should.Throw<WeightFileException>(() => PackedWeightsFile.Load(network, new MemoryStream(damaged), "w", this)).Reason.ShouldContain("checksum");
        }
        packed.Pointer[2 * 32768 + 7] = float.PositiveInfinity;
        PackedWeightsFile.Write(_folder["large"], network, packed);
        Should.Throw<WeightFileException>(() => WeightLoader.Load(network, _folder["large"])).Reason
            .ShouldBe($"tensor 'packed' holds infinity at [65543] (value 65543 of {Count}, counted from 0)");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    public void A_checksum_is_of_every_value(int count)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => (float)i)];
        var sums = new HashSet<string>();
        for (int changed = -1; changed < count; changed++)
        {
            float[] some = [.. values];
            if (changed >= 0)
                some[changed] = -1;
            string sum = PackedChecksum.Of(some);
            for (int first = 0; first < count; first += PackedChecksum.Multiple)
            {
                var inPieces = new PackedChecksum();
                inPieces.Add(some.AsSpan(0, first));
                inPieces.Add(some.AsSpan(first));
                PackedChecksum.Of([inPieces]).ShouldBe(sum);
            }
            sums.Add(sum);
        }
        sums.Count.ShouldBe(count + 1);
        sums.ShouldAllBe(sum => sum.Length == ChecksumDigits);
    }

    [Fact]
    public void Weights_of_another_layout_are_refused()
    {
        using PackedWeights packed = Packed();
        byte[] file = File(packed);
        NetworkDescription network = SmallWeights.Network();
        ConvolutionWeights[] weights = [.. network.Weights];
        foreach (ConvolutionWeights other in (ConvolutionWeights[])[weights[1] with { At = 144 }, weights[1] with { PanelBlocks = 2 }, weights[1] with { Inputs = 3 }, weights[1] with { HasBias = false }])
        {
            NetworkDescription moved = Descriptions.Of(network.PackedFloats, "symmetric", weights[0], other);
            Should.Throw<WeightFileException>(() => PackedWeightsFile.Load(moved, new MemoryStream(file), "w", this)).Message.ShouldBe(
                "w: was not packed for Net, which EfficientNet.Compiler 0 generated: it is for another layout, stride, padding, activation or resolution, by EfficientNet.Compiler '0'");
        }
        NetworkDescription longer = Descriptions.Of(network.PackedFloats + 16, "symmetric", weights);
        Should.Throw<WeightFileException>(() => PackedWeightsFile.Load(longer, new MemoryStream(file), "w", this)).Message.ShouldContain("another layout");
        // The same places, and maps of other sizes: strides are elsewhere.
        NetworkDescription strided = Descriptions.Of(network.PackedFloats, 0, 1, network.MultiplyAdds + 9, "symmetric", weights);
        Should.Throw<WeightFileException>(() => PackedWeightsFile.Load(strided, new MemoryStream(file), "w", this)).Message.ShouldContain("stride");
        NetworkDescription padded = Descriptions.Of(network.PackedFloats, "same", weights);
        Should.Throw<WeightFileException>(() => PackedWeightsFile.Load(padded, new MemoryStream(file), "w", this)).Message.ShouldContain("padding");
    }

    [Fact]
    public void What_is_no_packed_weights_or_of_another_format_is_refused()
    {
        Should.Throw<WeightFileException>(() => Load([1, 2, 3])).Reason.ShouldStartWith("not a safetensors file");
        Should.Throw<WeightFileException>(() => Load(SmallWeights.File("", new Dictionary<string, string>()).ToArray())).Reason.ShouldBe("holds no packed weights");
        using PackedWeights packed = Packed();
        string next = System.Text.Encoding.Latin1.GetString(File(packed)).Replace("\"efficientnet.packed\":\"2\"", "\"efficientnet.packed\":\"3\"");
        Should.Throw<WeightFileException>(() => Load(System.Text.Encoding.Latin1.GetBytes(next))).Reason
            .ShouldBe("was packed in format '3': this version of EfficientNet.Runtime reads format 2");
    }

    [Fact]
    public void A_resource_that_is_not_there_says_who_would_embed_it()
    {
        Assembly assembly = typeof(PackedWeightsFileTests).Assembly;
        Should.Throw<WeightFileException>(() => PackedWeightsFile.LoadEmbedded(SmallWeights.Network(), assembly, "Net.packed", null)).Message.ShouldBe(
            "Net.packed: EfficientNet.Runtime.Tests has no such resource: a build embeds it where the project's EfficientNetSpec of Net names Weights");
    }

    [Fact]
    public void A_load_that_was_given_up_does_not_begin()
    {
        using PackedWeights packed = Packed();
        string path = _folder.Write("w", File(packed));
        var options = new NetworkOptions { CancellationToken = new CancellationToken(canceled: true) };
        foreach (bool mapped in (bool[])[false, true]) Should.Throw<OperationCanceledException>(() => WeightLoader.Load(SmallWeights.Network(), path, options with { MapWeights = mapped }));
        // The token is looked at while the values are read, too.
        using (WeightFile file = WeightFile.Open(path)) Should.Throw<OperationCanceledException>(() => PackedWeightsFile.Load(SmallWeights.Network(), file, options));
        Should.Throw<OperationCanceledException>(() => PackedWeightsFile.LoadEmbedded(SmallWeights.Network(), typeof(PackedWeightsFileTests).Assembly, "Net.packed", options));
    }

    [Fact]
    public void Weights_of_another_network_are_not_written()
    {
        using var weights = new PackedWeights(3);
        Should.Throw<ArgumentException>(() => PackedWeightsFile.Write(_folder["w"], SmallWeights.Network(), weights)).Message.ShouldStartWith("Net needs 208 packed floats: these weights have 3.");
        Directory.GetFiles(_folder.Root).ShouldBeEmpty();
    }

    private static PackedWeights Packed()
    {
        var said = new Dictionary<string, string>
        {
            ["efficientnet.network"] = "Other",
            ["efficientnet.epsilon"] = "0.001",
            ["efficientnet.labels"] = """["cat","dog"]""",
            ["efficientnet.preprocessing"] = """{"resize":9,"crop":4,"interpolation":"bilinear","mean":[0.5,0.5,0.5],"std":[2,2,2]}""",
        };
        return WeightLoader.Load(SmallWeights.Network(), SmallWeights.File("", said), "w.safetensors", null);
    }

    private byte[] File(PackedWeights packed)
    {
        PackedWeightsFile.Write(_folder["w"], SmallWeights.Network(), packed);
        return System.IO.File.ReadAllBytes(_folder["w"]);
    }

    private PackedWeights Load(byte[] file)
    {
        return PackedWeightsFile.Load(SmallWeights.Network(), new MemoryStream(file), "w", this);
    }

    private static float[] Values(PackedWeights weights)
    {
        return new ReadOnlySpan<float>(weights.Pointer, (int)weights.Length).ToArray();
    }
}
