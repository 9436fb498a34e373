using System.Buffers.Binary;

namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>The colour types of PNG; bit 0 is a palette, bit 1 colour, bit 2 alpha.</summary>
internal enum PngColorType
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}

/// <summary>What IHDR says, checked.</summary>
/// <param name="Width">Columns, within the caller's limit.</param>
/// <param name="Height">Rows, within the caller's limit.</param>
/// <param name="BitDepth">Bits of a sample: 1, 2, 4, 8 or 16, as the colour type allows.</param>
/// <param name="ColorType">What the samples of a pixel mean.</param>
/// <param name="Interlaced">Whether the pixels come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColorType ColorType, bool Interlaced)
{
    private const int ChunkLength = 13;

    /// <summary>Samples of a pixel.</summary>
    public int Channels => ColorType switch
    {
        PngColorType.Gray or PngColorType.Palette => 1,
        PngColorType.GrayAlpha => 2,
        PngColorType.Rgb => 3,
        _ => 4,
    };

    /// <summary>The distance in bytes that filters look to the left: a whole pixel, at least one byte.</summary>
    public int FilterDistance => Math.Max(1, Channels * BitDepth / 8);

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without its filter byte.</summary>
    public int RowBytes(int width) => checked((int)(((long)width * Channels * BitDepth + 7) / 8));

    /// <summary>Parses and checks the first chunk.</summary>
    public static PngHeader Read(in EncodedImage source, in PngChunk chunk)
    {
        if (chunk.Length != ChunkLength)
        {
            throw source.Error($"PNG chunk IHDR at byte {chunk.Offset}: expected a length of {ChunkLength}, found {chunk.Length}");
        }

        ReadOnlySpan<byte> data = chunk.Data(source);
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        (int depth, int color, int compression, int filter, int interlace) = (data[8], data[9], data[10], data[11], data[12]);

        bool known = color switch
        {
            (int)PngColorType.Gray => depth is 1 or 2 or 4 or 8 or 16,
            (int)PngColorType.Palette => depth is 1 or 2 or 4 or 8,
            (int)PngColorType.Rgb or (int)PngColorType.GrayAlpha or (int)PngColorType.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!known) throw source.Error($"PNG header at byte {chunk.Offset}: colour type {color} with {depth} bits does not exist");
        if (compression != 0) throw source.Error($"PNG header at byte {chunk.Offset}: expected compression method 0, found {compression}");
        if (filter != 0) throw source.Error($"PNG header at byte {chunk.Offset}: expected filter method 0, found {filter}");
        if (interlace > 1) throw source.Error($"PNG header at byte {chunk.Offset}: expected interlace method 0 or 1, found {interlace}");
        source.CheckSize("PNG", width, height, chunk.Offset);

        PngHeader header = new((int)width, (int)height, depth, (PngColorType)color, interlace == 1);
        // Only reachable with a raised pixel limit: 16-bit RGBA has eight bytes a pixel, and a row is one array.
        if ((long)width * header.Channels * depth / 8 >= Array.MaxLength - 1)
        {
            throw source.Error($"PNG header at byte {chunk.Offset}: rows of {width} pixels are too long to decode");
        }

        return header;
    }
}
