using System.Buffers.Binary;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Checkpoints;

/// <summary>Damage is found wherever it is: in the header's length, in the header, in the tensors, at the end.</summary>
public class CheckpointDamageTests
{
    private const int LengthBytes = 8, InHeader = 700, InTensors = 300, Cuts = 60;

    [Fact]
    public void A_flipped_bit_is_found_in_every_region()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Whole(folder);
        int header = LengthBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        var random = new CounterRandom(1, 0);
        IEnumerable<long> bits = Enumerable.Range(0, LengthBytes * 8).Select(bit => (long)bit)
            .Concat(Enumerable.Range(0, InHeader).Select(i => 8L * LengthBytes + (long)(random.Uniform((ulong)i) * 8 * (header - LengthBytes))))
            .Concat(Enumerable.Range(0, InTensors).Select(i => 8L * header + (long)(random.Uniform((ulong)(InHeader + i)) * 8 * (whole.Length - header))))
            .Append(8L * whole.Length - 1);
        foreach (long bit in bits)
        {
            Flip();
            File.WriteAllBytes(folder["flipped"], whole);
            Flip();
            Should.Throw<CheckpointException>(() => Checkpoint.Verify(folder["flipped"]), $"bit {bit % 8} of byte {bit / 8}").File.ShouldBe(folder["flipped"]);

            void Flip() => whole[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        }
    }

    [Fact]
    public void A_file_that_is_cut_or_longer_is_found()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Whole(folder);
        var random = new CounterRandom(2, 0);
        foreach (int length in Enumerable.Range(0, Cuts).Select(i => (int)(random.Uniform((ulong)i) * whole.Length)).Concat([0, 1, LengthBytes, whole.Length - 1]))
        {
            File.WriteAllBytes(folder["cut"], whole[..length]);
            Should.Throw<CheckpointException>(() => Checkpoint.Verify(folder["cut"]), $"cut to {length} bytes");
        }

        File.WriteAllBytes(folder["longer"], [.. whole, 0]);
        Should.Throw<CheckpointException>(() => Checkpoint.Verify(folder["longer"]));
    }

    private static byte[] Whole(TemporaryFolder folder)
    {
        using var steps = new NumberedSteps(new SgdOptimizer(), hasAverage: false);
        steps.GoTo(1);
        // Escapes have two spellings of each letter, and a flip from one to the other damages nothing: no text here has any.
        Checkpoint.Save(folder["whole"], steps.Trainer, null, new RunState { Step = 1, Facts = new Dictionary<string, string> { ["best"] = "0.5" } });
        Checkpoint.Verify(folder["whole"]);
        return File.ReadAllBytes(folder["whole"]);
    }
}
