using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>One chunk of a PNG, its checksum verified.</summary>
/// <param name="Type">The four letters.</param>
/// <param name="Offset">Where the chunk starts in the file, at its length field.</param>
/// <param name="Length">Bytes of data.</param>
internal readonly record struct PngChunk(string Type, int Offset, int Length)
{
    private const int HeaderBytes = 8;
    private const int ChecksumBytes = 4;

    /// <summary>Where the data starts in the file.</summary>
    public int DataOffset => Offset + HeaderBytes;

    /// <summary>Where the next chunk starts in the file.</summary>
    public int End => DataOffset + Length + ChecksumBytes;

    /// <summary>A decoder that does not know the chunk must not go on: the first letter is a capital.</summary>
    public bool IsCritical => char.IsAsciiLetterUpper(Type[0]);

    public ReadOnlySpan<byte> Data(in EncodedImage source) => source.Span.Slice(DataOffset, Length);

    /// <summary>Reads the chunk at <paramref name="offset"/>, with all its bounds and its CRC checked.</summary>
    public static PngChunk Read(in EncodedImage source, int offset)
    {
        ReadOnlySpan<byte> rest = source.Span[offset..];
        if (rest.Length < HeaderBytes + ChecksumBytes)
        {
            throw source.Error($"PNG is cut short: expected a chunk at byte {offset}, found the end of the file at {source.Length}");
        }

        ReadOnlySpan<byte> letters = rest[4..HeaderBytes];
        foreach (byte letter in letters)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw source.Error($"PNG chunk at byte {offset}: expected a type of four letters, found {Convert.ToHexString(letters)}");
            }
        }

        string type = Encoding.ASCII.GetString(letters);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - HeaderBytes - ChecksumBytes)
        {
            throw source.Error(
                $"PNG is cut short: chunk {type} at byte {offset} has {length} bytes of data, but the file ends at byte {source.Length}");
        }

        PngChunk chunk = new(type, offset, (int)length);
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(source.Span[(chunk.End - ChecksumBytes)..]);
        uint found = Crc32.HashToUInt32(source.Span.Slice(offset + 4, 4 + chunk.Length));
        if (found != expected)
        {
            throw source.Error($"PNG chunk {type} at byte {offset}: expected CRC {expected:X8}, found {found:X8}");
        }

        return chunk;
    }
}
