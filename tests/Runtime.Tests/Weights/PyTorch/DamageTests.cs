namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

public sealed class DamageTests
{
    public static TheoryData<string> AllFiles => [.. Fixture.Files().Keys];

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Every_length_that_a_file_can_be_cut_to_is_an_error(string name)
    {
        byte[] good = File.ReadAllBytes(Fixture.Path(name));
        for (int length = 0; length < good.Length; length++)
            Refused(good[..length]).ShouldBeTrue($"{name} cut to {length} bytes is read");
    }

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Random_damage_never_gives_another_exception_or_more_than_the_file_holds(string name)
    {
        byte[] good = File.ReadAllBytes(Fixture.Path(name));
        var random = new Random(7);
        int refused = 0;
        const int Rounds = 4000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = [.. good];
            for (int i = random.Next(1, 5); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            refused += Refused(damaged) ? 1 : 0;
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(Rounds * 400_000L, "no damaged length is believed");
        refused.ShouldBeGreaterThan(Rounds / 20);
    }

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    [InlineData("hostile_legacy.pth")]
    public void Shuffled_pieces_never_give_another_exception(string name)
    {
        byte[] good = File.ReadAllBytes(Fixture.Path(name));
        var random = new Random(11);
        for (int round = 0; round < 2000; round++)
        {
            byte[] damaged = [.. good];
            int length = random.Next(1, 40), from = random.Next(good.Length - length), to = random.Next(16, good.Length - length);
            good.AsSpan(from, length).CopyTo(damaged.AsSpan(to));
            Refused(damaged);
        }
    }

    [Fact]
    public void A_file_cut_short_after_it_was_opened_is_an_error_that_names_the_tensor()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] good = File.ReadAllBytes(Fixture.Path("legacy.pth"));
            File.WriteAllBytes(path, good);
            using WeightFile file = WeightFile.Open(path);
            using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                writer.SetLength(1500);
            foreach (string tensor in (string[])["weight", "transposed"])
                Should.Throw<WeightFileException>(() => file.ReadFloats(tensor)).Reason.ShouldStartWith($"the file is cut short: tensor '{tensor}' takes bytes ");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool Refused(byte[] bytes)
    {
        try
        {
            using WeightFile file = TorchBytes.Open(bytes);
            foreach (TensorEntry tensor in file.Tensors)
                file.ReadBytes(tensor.Name).Length.ShouldBeLessThanOrEqualTo(Math.Max(bytes.Length, 0));
            return false;
        }
        catch (WeightFileException exception)
        {
            exception.FileName.ShouldBe("w.pth");
            exception.Message.ShouldNotContain('\n');
            return true;
        }
    }
}
