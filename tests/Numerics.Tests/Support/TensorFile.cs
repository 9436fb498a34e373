using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

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
