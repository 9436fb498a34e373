using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using EfficientNet.Imaging.Decoding;

namespace EfficientNet.Imaging;

/// <content>As a PNG file.</content>
public sealed partial class Image
{
    /// <summary>Writes the image as a PNG file of 8-bit RGB, unfiltered.</summary>
    /// <param name="stream">Receives it, from its position on; it stays open.</param>
    public void WritePng(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ImageDecoder.PngSignature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Height);
        header[8] = 8; // bits
        header[9] = 2; // red, green, blue
        header[10..].Clear();
        Chunk(stream, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zipped = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < Height; y++)
            {
                zipped.WriteByte(0); // no filter
                zipped.Write(Row(y));
            }
        }

        Chunk(stream, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(stream, "IEND"u8, default);
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        stream.Write(number);
    }
}
