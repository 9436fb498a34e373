using System.Buffers.Binary;
using System.Text;

namespace EfficientNet.Runtime;

/// <summary>A pickle's bytes, read forward and never past its end. No length in it is believed before that many bytes
/// are known to be there.</summary>
internal sealed class PickleInput
{
    /// <summary>The longest pickle that is read. By count, that of EfficientNet-L2 with an optimizer's moments has 1.2 MB.</summary>
    public const int MostBytes = 1 << 24;

    private const int BufferBytes = 4096;

    // A module or class with a longer name than this does not exist; a line has no length in front that could be checked.
    private const int LongestLine = 512;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ByteSource _source;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly long _end;
    private int _next;
    private int _filled;
    private long _bufferEnd;

    /// <param name="file">The file's name.</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="start">Where the pickle begins.</param>
    /// <param name="length">At most how long it is.</param>
    public PickleInput(string file, ByteSource source, long start, long length)
    {
        File = file;
        _source = source;
        _bufferEnd = start;
        _end = start + length;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>Where the next byte lies in the file.</summary>
    public long Position => _bufferEnd - (_filled - _next);

    /// <summary>Bytes that are left.</summary>
    public long Remaining => _end - Position;

    public byte ReadByte()
    {
        if (_next == _filled)
            Refill();
        return _buffer[_next++];
    }

    public ushort ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        Read(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Read(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public double ReadBigEndianDouble()
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        Read(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    /// <summary>UTF-8 of a length that the pickle states.</summary>
    public string ReadText(ulong length)
    {
        return Decode(ReadBytes(length));
    }

    /// <summary>Text up to a line feed.</summary>
    public string ReadLine()
    {
        var line = new List<byte>();
        for (byte next = ReadByte(); next != (byte)'\n'; next = ReadByte())
        {
            if (line.Count == LongestLine)
                throw Invalid($"a name is longer than {LongestLine} bytes");
            line.Add(next);
        }
        return Decode(line.ToArray());
    }

    /// <summary>Bytes of a length that the pickle states.</summary>
    public byte[] ReadBytes(ulong length)
    {
        if (length > (ulong)Remaining)
            throw Invalid($"a value of {length} bytes does not fit into the {Remaining} that are left");
        if (length > (ulong)Array.MaxLength)
            throw Invalid($"a value has {length} bytes");
        var bytes = new byte[length];
        Read(bytes);
        return bytes;
    }

    /// <summary>The pickle is not what it should be, here.</summary>
    public WeightFileException Invalid(string reason)
    {
        return new WeightFileException(File, $"the pickle is invalid before byte {Position}: {reason}") { Offset = Position };
    }

    private string Decode(byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid("a text is not UTF-8");
        }
    }

    private void Read(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_next == _filled)
                Refill();
            int count = Math.Min(bytes.Length, _filled - _next);
            _buffer.AsSpan(_next, count).CopyTo(bytes);
            _next += count;
            bytes = bytes[count..];
        }
    }

    private void Refill()
    {
        int count = (int)Math.Min(BufferBytes, _end - _bufferEnd);
        if (count <= 0)
            throw new WeightFileException(File, $"the pickle is cut short: it does not end before byte {_end}") { Offset = _end };
        _source.ReadExactly(File, _bufferEnd, _buffer.AsSpan(0, count), "a pickle");
        _bufferEnd += count;
        _next = 0;
        _filled = count;
    }
}
