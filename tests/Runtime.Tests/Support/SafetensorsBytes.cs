using System.Buffers.Binary;
using System.Text;

namespace EfficientNet.Runtime.Tests.Support;

/// <summary>Builds safetensors files byte by byte, valid or not, without the code under test.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Build(string header, ReadOnlySpan<byte> data)
    {
        return Build(Encoding.UTF8.GetBytes(header), data);
    }

    public static byte[] Build(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file.AsSpan(8));
        data.CopyTo(file.AsSpan(8 + header.Length));
        return file;
    }

    /// <summary>A file of the given tensors, in their order.</summary>
    public static byte[] Build(IEnumerable<(string Name, string Type, long[] Shape, byte[] Data)> tensors)
    {
        var header = new StringBuilder("{");
        var data = new List<byte>();
        foreach ((string name, string type, long[] shape, byte[] bytes) in tensors)
        {
            if (header.Length > 1)
                header.Append(',');
            header.Append($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(",", shape)}],");
            header.Append($"\"data_offsets\":[{data.Count},{data.Count + bytes.Length}]}}");
            data.AddRange(bytes);
        }
        header.Append('}');
        return Build(header.ToString(), data.ToArray());
    }

    /// <summary>Where a file's tensors begin.</summary>
    public static int DataStart(byte[] file)
    {
        return 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
    }

    /// <summary>A file whose header is some spaces longer.</summary>
    public static byte[] Moved(byte[] file, int spaces)
    {
        int start = DataStart(file);
        return Build([.. file.AsSpan(8..start), .. Enumerable.Repeat((byte)' ', spaces)], file.AsSpan(start));
    }

    public static byte[] Floats(params ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return bytes;
    }

    public static byte[] Words(params ReadOnlySpan<ushort> values)
    {
        var bytes = new byte[values.Length * 2];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), values[i]);
        return bytes;
    }

    public static SafetensorsFile Open(byte[] file)
    {
        return SafetensorsFile.Open(new MemoryStream(file), "w.safetensors");
    }
}
