using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Writes the values of one tensor, row-major.</summary>
internal delegate void FillTensor(string name, int[] shape, Span<float> values);

/// <summary>
/// The few lines of safetensors that the references need, float32 only. The tests read with this and not with the product's
/// reader, so that an error in that one cannot hide itself.
/// </summary>
internal sealed class TensorFile
{
    private readonly byte[] _bytes;
    private readonly JsonElement _header;
    private readonly int _data;

    private TensorFile(byte[] bytes)
    {
        _bytes = bytes;
        int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        _header = JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement;
        _data = 8 + length;
    }

    public IEnumerable<string> Names => _header.EnumerateObject().Select(entry => entry.Name).Where(name => name != "__metadata__");

    public Tensor this[string name]
    {
        get
        {
            JsonElement entry = _header.GetProperty(name);
            entry.GetProperty("dtype").GetString().ShouldBe("F32", name);
            int[] shape = entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ToArray();
            int[] offsets = entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32()).ToArray();
            return Tensor.Of(shape, MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(_data + offsets[0], offsets[1] - offsets[0])));
        }
    }

    public static TensorFile Open(string path) => new(File.ReadAllBytes(path));

    /// <summary>
    /// A safetensors file in memory, its values written where they stay: a large network's weights are there once, as float32, and no more.
    /// </summary>
    /// <param name="tensors">Names and shapes, in the file's order.</param>
    /// <param name="fill">Gives a tensor its values; called from several threads.</param>
    public static byte[] Create(IReadOnlyList<(string Name, int[] Shape)> tensors, FillTensor fill)
    {
        var header = new Dictionary<string, object>();
        var offsets = new long[tensors.Count + 1];
        for (int i = 0; i < tensors.Count; i++)
        {
            offsets[i + 1] = offsets[i] + tensors[i].Shape.Aggregate(4L, (product, size) => product * size);
            header.Add(tensors[i].Name, new { dtype = "F32", shape = tensors[i].Shape, data_offsets = new[] { offsets[i], offsets[i + 1] } });
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        var file = new byte[8 + json.Length + offsets[tensors.Count]];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        Parallel.For(0, tensors.Count, i =>
        {
            Span<byte> bytes = file.AsSpan((int)(8 + json.Length + offsets[i]), (int)(offsets[i + 1] - offsets[i]));
            fill(tensors[i].Name, tensors[i].Shape, MemoryMarshal.Cast<byte, float>(bytes));
        });
        return file;
    }

    /// <summary>A safetensors file in memory.</summary>
    public static byte[] Write(IEnumerable<(string Name, int[] Shape, float[] Values)> tensors)
    {
        var header = new Dictionary<string, object>();
        var data = new MemoryStream();
        foreach ((string name, int[] shape, float[] values) in tensors)
        {
            long start = data.Length;
            data.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            header.Add(name, new { dtype = "F32", shape, data_offsets = new[] { start, data.Length } });
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        var file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        data.GetBuffer().AsSpan(0, (int)data.Length).CopyTo(file.AsSpan(8 + json.Length));
        return file;
    }
}
