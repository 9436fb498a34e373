using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

public sealed class PyTorchFileTests
{
    public static TheoryData<string> Readable => [.. Fixture.Files().Where(file => !IsRefused(file.Value)).Select(file => file.Key)];

    [Fact]
    public void Every_file_of_the_index_is_tested_here()
    {
        Fixture.Files().Keys.Order(StringComparer.Ordinal).ShouldBe(
            ["data_parallel.pth", "hostile_legacy.pth", "hostile_zip.pth", "legacy.pth", "short_storage.pth", "whole_module.pth", "wrapped.pth", "zip.pth"]);
        Readable.Count.ShouldBe(4);
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Every_tensor_has_the_type_shape_and_values_of_the_index(string name)
    {
        using WeightFile file = WeightFile.Open(Fixture.Path(name));
        var expected = Fixture.Tensors();
        file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)
            .ShouldBe(expected.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        file.Metadata.ShouldBeEmpty();
        foreach ((string tensor, string dataType, long[] shape, double[] values) in expected)
        {
            file.TryGetTensor(tensor, out TensorEntry? entry).ShouldBeTrue();
            entry!.DataType.ShouldBe(dataType, tensor);
            entry.Shape.ShouldBe(shape, tensor);
            entry.Count.ShouldBe(values.Length, tensor);
            Values(file, entry).ShouldBe(values, tensor);
        }
    }

    [Theory]
    [InlineData("hostile_zip.pth", "the pickle calls 'posix.system': only tensors, storages and dictionaries are read, and no code is ever run (before byte ")]
    [InlineData("hostile_legacy.pth", "the pickle calls 'posix.system': only tensors, storages and dictionaries are read, and no code is ever run (before byte 169)")]
    [InlineData("whole_module.pth", "the file holds a pickled module ('torch.nn.modules.conv.Conv2d'), not tensors, and could only be read by running code: save the module's state_dict() instead")]
    [InlineData("short_storage.pth", "has 432 bytes and needs 864, among others for tensor 'weight'")]
    public void What_must_be_refused_is_refused_by_name(string name, string reason)
    {
        var refusal = Should.Throw<WeightFileException>(() => WeightFile.Open(Fixture.Path(name)));
        refusal.Message.ShouldContain(reason);
        refusal.FileName.ShouldBe(Fixture.Path(name));
        refusal.Offset.ShouldNotBeNull();
        refusal.Message.ShouldContain(refusal.Offset.Value.ToString());
    }

    [Fact]
    public void Integers_and_doubles_are_no_floats()
    {
        using WeightFile file = WeightFile.Open(Fixture.Path("zip.pth"));
        Should.Throw<WeightFileException>(() => file.ReadFloats("num_batches_tracked")).Reason
            .ShouldBe("tensor 'num_batches_tracked' has dtype I64: only F32, F16 and BF16 can be read as floats");
        Should.Throw<WeightFileException>(() => file.ReadFloats("double")).Reason.ShouldContain("has dtype F64");
    }

    [Fact]
    public void The_same_bytes_are_read_from_streams_that_can_seek_or_cannot()
    {
        byte[] bytes = File.ReadAllBytes(Fixture.Path("zip.pth"));
        using var shifted = new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 };
        using WeightFile whole = TorchBytes.Open(bytes);
        using WeightFile moved = WeightFile.Open(shifted, "shifted");
        moved.ReadFloats("transposed").ShouldBe(whole.ReadFloats("transposed"));
        shifted.CanRead.ShouldBeTrue("the stream is the caller's");
    }

    [Fact]
    public void Content_decides_not_the_name()
    {
        using var folder = new TemporaryFolder();
        string torch = folder.Write("w.safetensors", File.ReadAllBytes(Fixture.Path("legacy.pth")));
        string safe = folder.Write("w.pth", SafetensorsBytes.Build("{}", []));
        using (WeightFile file = WeightFile.Open(torch))
            file.Tensors.Count.ShouldBe(11);
        using (WeightFile file = WeightFile.Open(safe))
            file.ShouldBeOfType<SafetensorsFile>();
        Should.Throw<WeightFileException>(() => SafetensorsFile.Open(torch)).Reason.ShouldStartWith("not a safetensors file");
        Should.Throw<WeightFileException>(() => WeightFile.Open(folder["no"])).Reason.ShouldBe("there is no such file");
        Should.Throw<WeightFileException>(() => WeightFile.Open(folder.Root)).Reason.ShouldBe("is a folder");
    }

    [Fact]
    public void A_header_length_that_spells_a_zip_signature_is_still_safetensors()
    {
        // 0x04034B50 is a header length that the format allows.
        byte[] start = [.. "PK\x03\x04"u8, 0, 0, 0, 0, (byte)'{'];
        TorchBytes.Refused(start).Reason.ShouldBe("the file is cut short: a header of 67324752 bytes does not fit into a file of 9");
    }

    [SharedFact]
    public void The_fixtures_are_those_of_the_reference_folder()
    {
        foreach (string name in Fixture.Files().Keys.Append("index.json"))
            File.ReadAllBytes(Fixture.Path(name)).ShouldBe(File.ReadAllBytes(SharedFolder.Reference("pth", name)), name);
    }

    private static bool IsRefused(string expectation)
    {
        return expectation.StartsWith("refuse:", StringComparison.Ordinal) || expectation.StartsWith("error:", StringComparison.Ordinal);
    }

    private static double[] Values(WeightFile file, TensorEntry entry)
    {
        byte[] bytes = file.ReadBytes(entry.Name);
        return entry.DataType switch
        {
            "F64" => Enumerable.Range(0, bytes.Length / 8).Select(i => BitConverter.ToDouble(bytes, i * 8)).ToArray(),
            "I64" => Enumerable.Range(0, bytes.Length / 8).Select(i => (double)BitConverter.ToInt64(bytes, i * 8)).ToArray(),
            _ => Array.ConvertAll(file.ReadFloats(entry.Name), value => (double)value),
        };
    }
}
