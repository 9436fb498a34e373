using System.Buffers.Binary;
using System.Text;

namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

/// <summary>Writes pickles instruction by instruction, valid or not, without the code under test.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public static PickleBytes Protocol(byte version = 2)
    {
        return new PickleBytes().Raw(0x80, version);
    }

    public PickleBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Raw(string latin, params ReadOnlySpan<byte> bytes)
    {
        return Raw(Encoding.Latin1.GetBytes(latin)).Raw(bytes);
    }

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Raw("X").Int32(utf8.Length).Raw(utf8);
    }

    public PickleBytes Int32(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Raw(bytes);
    }

    /// <summary>Any whole number, as LONG1.</summary>
    public PickleBytes Number(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Raw(0x8A, 8).Raw(bytes);
    }

    public PickleBytes Numbers(params ReadOnlySpan<long> numbers)
    {
        Raw("(");
        foreach (long number in numbers)
            Number(number);
        return Raw("t");
    }

    public PickleBytes Global(string module, string name)
    {
        return Raw($"c{module}\n{name}\n");
    }

    public PickleBytes EmptyOrderedDict()
    {
        return Global("collections", "OrderedDict").Raw(")R");
    }

    public PickleBytes Storage(string key, string type, long count)
    {
        return Raw("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Raw("tQ");
    }

    public PickleBytes Tensor(string key, string type, long count, long first, long[] shape, long[] strides)
    {
        return Rebuilt(key, type, count, first, shape, strides).Raw("tR");
    }

    /// <summary>The same with a dictionary behind it, which holds one truth or nothing.</summary>
    public PickleBytes TensorWith(string? truth, string key, long count)
    {
        PickleBytes begun = Rebuilt(key, "FloatStorage", count, 0, [count], [1]).Raw("}");
        return (truth is null ? begun : begun.Text(truth).Raw(0x88).Raw("s")).Raw("tR");
    }

    private PickleBytes Rebuilt(string key, string type, long count, long first, long[] shape, long[] strides)
    {
        return Global("torch._utils", "_rebuild_tensor_v2").Raw("(").Storage(key, type, count).Number(first)
            .Numbers(shape).Numbers(strides).Raw(0x89).EmptyOrderedDict();
    }

    /// <summary>A one-dimensional F32 tensor that is a whole storage.</summary>
    public PickleBytes Vector(string key, long count)
    {
        return Tensor(key, "FloatStorage", count, 0, [count], [1]);
    }

    public byte[] Stop()
    {
        return [.. _bytes, (byte)'.'];
    }
}
