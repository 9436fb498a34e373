using System.Buffers.Binary;
using System.Text;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class SafetensorsWriterTests
{
    private static readonly SafetensorsTensor[] Tensors =
    [
        new("logits \"é\"", [2, 3], new float[] { 1, -0f, float.NaN, float.PositiveInfinity, 1e-45f, 6 }),
        new("scalar", [], new float[] { 7 }),
        new("none", [0, 4], Array.Empty<float>()),
    ];

    [Fact]
    public void What_is_written_is_read_back_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        string path = folder["out.safetensors"];
        SafetensorsWriter.Write(path, Tensors, new Dictionary<string, string> { ["network"] = "Tiny", ["a"] = "b" });

        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.Metadata.Count.ShouldBe(2);
        file.Metadata["network"].ShouldBe("Tiny");
        file.Tensors.Count.ShouldBe(3);
        foreach (SafetensorsTensor tensor in Tensors)
        {
            file.TryGetTensor(tensor.Name, out SafetensorsEntry? entry).ShouldBeTrue();
            entry!.Shape.ShouldBe(tensor.Shape);
            file.ReadFloats(tensor.Name).Select(BitConverter.SingleToInt32Bits)
                .ShouldBe(tensor.Values.ToArray().Select(BitConverter.SingleToInt32Bits));
        }
        Directory.GetFiles(folder.Root).ShouldBe([path], "nothing temporary is left");
    }

    [Fact]
    public void The_bytes_are_those_of_the_format_and_padded_to_eight()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [new SafetensorsTensor("x", [2], new float[] { 1, 2 })], null);
        byte[] bytes = stream.ToArray();
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ((8 + header) % 64).ShouldBe(0);
        Encoding.UTF8.GetString(bytes, 8, header).TrimEnd(' ')
            .ShouldBe("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        bytes[(8 + header)..].ShouldBe(SafetensorsBytes.Floats(1, 2));
    }

    [Fact]
    public void A_large_tensor_is_written_whole()
    {
        float[] values = Enumerable.Range(0, 600_001).Select(i => (float)i).ToArray();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [new SafetensorsTensor("x", [values.Length], values)], null);
        stream.Position = 0;
        SafetensorsFile.Open(stream, "x").ReadFloats("x").ShouldBe(values);
    }

    [Fact]
    public void The_order_of_metadata_does_not_change_the_bytes()
    {
        byte[] one = Bytes(new Dictionary<string, string> { ["a"] = "1", ["B"] = "2" });
        byte[] other = Bytes(new Dictionary<string, string> { ["B"] = "2", ["a"] = "1" });
        one.ShouldBe(other);

        static byte[] Bytes(Dictionary<string, string> metadata)
        {
            using var stream = new MemoryStream();
            SafetensorsWriter.Write(stream, Tensors, metadata);
            return stream.ToArray();
        }
    }

    [Fact]
    public void When_writing_fails_the_old_file_stays_and_nothing_else_is_left()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("out.safetensors", [1, 2, 3]);
        Should.Throw<InvalidOperationException>(() => SafetensorsWriter.Write(path, Failing(), null)).Message.ShouldBe("enough");
        File.ReadAllBytes(path).ShouldBe([1, 2, 3]);
        Directory.GetFiles(folder.Root).ShouldBe([path]);

        static IEnumerable<SafetensorsTensor> Failing()
        {
            yield return Tensors[0];
            throw new InvalidOperationException("enough");
        }
    }

    [Fact]
    public void Whoever_reads_while_a_file_is_replaced_finds_a_whole_one()
    {
        using var folder = new TemporaryFolder();
        string path = folder["out.safetensors"];
        Write(0);
        Hang.Fails(() =>
        {
            var writer = new Thread(() =>
            {
                for (int i = 1; i <= 50; i++)
                    Write(i);
            });
            writer.Start();
            int reads = 0;
            while (writer.IsAlive || reads == 0)
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                file.ReadFloats("x").Distinct().Count().ShouldBe(1);
                reads++;
            }
            writer.Join();
        });

        void Write(int value)
        {
            SafetensorsWriter.Write(path, [new SafetensorsTensor("x", [1000 + value], Enumerable.Repeat((float)value, 1000 + value).ToArray())], null);
        }
    }

    [Fact]
    public void Tensors_that_cannot_be_are_refused()
    {
        Refused([new("x", [2], new float[3])], "Tensor 'x' of shape [2] has 3 values.");
        Refused([new("x", [-1, -3], new float[3])], "Tensor 'x' of shape [-1, -3] has 3 values.");
        Refused([new("x", [], new float[1]), new("x", [], new float[1])], "The tensor name 'x' is taken.");
        Refused([new("__metadata__", [], new float[1])], "The tensor name '__metadata__' is taken.");

        static void Refused(SafetensorsTensor[] tensors, string message)
        {
            Should.Throw<ArgumentException>(() => SafetensorsWriter.Write(new MemoryStream(), tensors, null)).Message.ShouldStartWith(message);
        }
    }
}
