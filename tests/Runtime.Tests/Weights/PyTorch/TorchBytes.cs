using System.Buffers.Binary;
using System.Text;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

/// <summary>Builds PyTorch's zip archives byte by byte.</summary>
internal static class TorchBytes
{
    /// <summary>A file of a pickle and storages of floats 0, 1, 2 …</summary>
    public static byte[] Archive(byte[] pickle, params (string Key, int Floats)[] storages)
    {
        return Zip([("x/data.pkl", pickle), .. storages.Select(s => ($"x/data/{s.Key}", Ramp(s.Floats))), ("x/byteorder", "little"u8.ToArray())]);
    }

    public static byte[] Ramp(int count)
    {
        return SafetensorsBytes.Floats([.. Enumerable.Range(0, count).Select(i => (float)i)]);
    }

    public static byte[] Zip(params (string Name, byte[] Data)[] entries)
    {
        return Zip(entries, 0, 0, []);
    }

    /// <summary>A zip archive.</summary>
    /// <param name="entries">Names and contents.</param>
    /// <param name="method">The compression method that every entry claims.</param>
    /// <param name="flags">The flags that every entry claims.</param>
    /// <param name="large">Entries whose numbers lie in a zip64 field.</param>
    public static byte[] Zip((string Name, byte[] Data)[] entries, ushort method, ushort flags, string[] large)
    {
        var file = new MemoryStream();
        var directory = new MemoryStream();
        foreach ((string name, byte[] data) in entries)
        {
            byte[] path = Encoding.UTF8.GetBytes(name);
            bool isLarge = large.Contains(name);
            byte[] extra = isLarge ? [1, 0, 24, 0, .. Quad(data.Length), .. Quad(data.Length), .. Quad(file.Position)] : [];
            uint length = isLarge ? uint.MaxValue : (uint)data.Length, header = isLarge ? uint.MaxValue : (uint)file.Position;
            directory.Write([.. "PK\x01\x02"u8, 0, 0, 0, 0, .. Word(flags), .. Word(method), 0, 0, 0, 0, 0, 0, 0, 0, .. Double(length), .. Double(length)]);
            directory.Write([.. Word((ushort)path.Length), .. Word((ushort)extra.Length), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Double(header), .. path, .. extra]);
            file.Write([.. "PK\x03\x04"u8, 0, 0, .. Word(flags), .. Word(method), 0, 0, 0, 0, 0, 0, 0, 0, .. Double(length), .. Double(length)]);
            file.Write([.. Word((ushort)path.Length), 0, 0, .. path, .. data]);
        }
        uint start = (uint)file.Position;
        file.Write(directory.ToArray());
        file.Write([.. "PK\x05\x06"u8, 0, 0, 0, 0, .. Word((ushort)entries.Length), .. Word((ushort)entries.Length), .. Double((uint)directory.Length), .. Double(start), 0, 0]);
        return file.ToArray();
    }

    /// <summary>A file in the format before PyTorch 1.6.</summary>
    public static byte[] Legacy(byte[] pickle, byte[] keys, params byte[][] storages)
    {
        byte[] machine = PickleBytes.Protocol().Raw("}").Text("little_endian").Raw(0x88).Raw("s").Stop();
        return
        [
            0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.',
            0x80, 2, (byte)'M', 0xE9, 0x03, (byte)'.',
            .. machine, .. pickle, .. keys, .. storages.SelectMany(data => (byte[])[.. Quad(data.Length / 4), .. data]),
        ];
    }

    public static WeightFile Open(byte[] file)
    {
        return WeightFile.Open(new MemoryStream(file), "w.pth");
    }

    public static WeightFileException Refused(byte[] file)
    {
        var refusal = Should.Throw<WeightFileException>(() => Open(file));
        refusal.FileName.ShouldBe("w.pth");
        refusal.Message.ShouldBe($"w.pth: {refusal.Reason}");
        return refusal;
    }

    private static byte[] Word(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Double(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Quad(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
