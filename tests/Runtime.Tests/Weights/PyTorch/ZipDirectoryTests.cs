namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

public sealed class ZipDirectoryTests
{
    private static readonly byte[] Pickle = PickleBytes.Protocol().Raw("}").Text("a").Vector("0", 2).Raw("s").Stop();

    private static readonly (string, byte[])[] Entries = [("x/data.pkl", Pickle), ("x/data/0", TorchBytes.Ramp(2))];

    [Fact]
    public void Numbers_in_zip64_fields_are_followed()
    {
        using WeightFile file = TorchBytes.Open(TorchBytes.Zip(Entries, 0, 0, ["x/data/0", "x/data.pkl"]));
        file.ReadFloats("a").ShouldBe([0f, 1f]);
    }

    [Fact]
    public void A_comment_at_the_end_does_no_harm()
    {
        byte[] file = [.. TorchBytes.Zip(Entries), .. "abc"u8];
        file[^5] = 3;
        using WeightFile opened = TorchBytes.Open(file);
        opened.ReadFloats("a").ShouldBe([0f, 1f]);
    }

    [Theory]
    [InlineData(8, 0, "entry 'x/data.pkl' is compressed (method 8): PyTorch stores its entries as they are, and only such are read")]
    [InlineData(0, 1, "entry 'x/data.pkl' is encrypted")]
    public void Entries_that_are_not_stored_plainly_are_refused(ushort method, ushort flags, string reason)
    {
        TorchBytes.Refused(TorchBytes.Zip(Entries, method, flags, [])).Reason.ShouldContain(reason);
    }

    [Fact]
    public void Names_that_leave_the_folder_or_come_twice_are_not_taken()
    {
        TorchBytes.Refused(TorchBytes.Zip(("../data.pkl", Pickle), ("../data/0", TorchBytes.Ramp(2)), ("x/data.pkl", Pickle))).Reason
            .ShouldContain("it has 2 entries named NAME/data.pkl");
        TorchBytes.Refused(TorchBytes.Zip(("x/y/data.pkl", Pickle))).Reason.ShouldBe("is a zip archive, but not PyTorch's: it has 0 entries named NAME/data.pkl");
        TorchBytes.Refused(TorchBytes.Zip([.. Entries, ("x/data/0", TorchBytes.Ramp(2))])).Reason.ShouldContain("entry 'x/data/0' is there twice");
        TorchBytes.Refused(TorchBytes.Zip([.. Entries, ("x/constants.pkl", Pickle)])).Reason.ShouldStartWith("is a TorchScript archive, which is code");
        TorchBytes.Refused(TorchBytes.Zip([.. Entries, ("x/byteorder", "big"u8.ToArray())])).Reason.ShouldContain("is not 'little'");
        TorchBytes.Refused(TorchBytes.Zip(Entries[..1])).Reason.ShouldBe("tensor 'a' lies in storage '0', which the file does not have");
    }

    [Fact]
    public void Every_byte_of_header_and_directory_may_be_anything()
    {
        byte[] good = TorchBytes.Zip(Entries);
        int read = 0;
        for (int at = 0; at < good.Length; at++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7F, 0x80, 0xFF, (byte)(good[at] + 1)])
            {
                byte[] damaged = [.. good];
                damaged[at] = value;
                try
                {
                    using WeightFile file = TorchBytes.Open(damaged);
                    foreach (TensorEntry tensor in file.Tensors)
                        file.ReadBytes(tensor.Name).Length.ShouldBeLessThanOrEqualTo(good.Length);
                    read++;
                }
                catch (WeightFileException exception)
                {
                    exception.Message.ShouldNotContain('\n');
                }
            }
        }
        read.ShouldBeInRange(good.Length / 2, 5 * good.Length, "times and checksums are not looked at, the rest is");
    }
}
