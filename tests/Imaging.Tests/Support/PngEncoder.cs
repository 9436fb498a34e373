using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace EfficientNet.Imaging.Tests.Support;

/// <summary>
/// Writes PNG from samples, in the plainest way the specification can be read: one bit after another, filters computed
/// from unfiltered rows, passes by their definition.
/// </summary>
internal sealed class PngEncoder(int width, int height, int colorType, int bitDepth, bool interlaced)
{
    private static readonly (int Left, int Top, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>The filter of the n-th row written; all five in turn unless told otherwise.</summary>
    public Func<int, int> Filter { get; init; } = static row => row % 5;

    /// <summary>Entries of three bytes.</summary>
    public byte[] Palette { get; init; } = [];

    /// <summary>Chunks to stand between the palette and the image data.</summary>
    public (string Type, byte[] Data)[] Extra { get; init; } = [];

    /// <summary>The most bytes of one IDAT.</summary>
    public int ChunkSize { get; init; } = 100;

    public int Channels => colorType switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };

    /// <summary>The file for samples given as [(y · width + x) · channels + c], each of <c>bitDepth</c> bits.</summary>
    public byte[] Encode(int[] samples)
    {
        using MemoryStream raw = new();
        int written = 0;
        (int, int, int, int)[] passes = interlaced ? Adam7 : [(0, 0, 1, 1)];
        foreach ((int left, int top, int stepX, int stepY) in passes)
        {
            byte[]? above = null;
            for (int y = top; y < height; y += stepY)
            {
                List<bool> bits = [];
                for (int x = left; x < width; x += stepX)
                {
                    for (int c = 0; c < Channels; c++)
                    {
                        int sample = samples[(y * width + x) * Channels + c];
                        for (int bit = bitDepth - 1; bit >= 0; bit--) bits.Add((sample >> bit & 1) != 0);
                    }
                }

                if (bits.Count == 0) continue;
                byte[] row = new byte[(bits.Count + 7) / 8];
                for (int i = 0; i < bits.Count; i++) row[i / 8] |= (byte)(bits[i] ? 128 >> i % 8 : 0);
                int filter = Filter(written++);
                raw.WriteByte((byte)filter);
                raw.Write(Filtered(row, above ?? new byte[row.Length], filter));
                above = row;
            }
        }

        return File([.. HeaderAndPalette(), .. Extra], Deflate(raw.ToArray()));
    }

    /// <summary>The file with this as its compressed image data.</summary>
    public byte[] EncodeCompressed(byte[] compressed) => File([.. HeaderAndPalette(), .. Extra], compressed);

    public static byte[] Deflate(byte[] raw)
    {
        using MemoryStream compressed = new();
        using (ZLibStream deflater = new(compressed, CompressionLevel.Fastest)) deflater.Write(raw);
        return compressed.ToArray();
    }

    /// <summary>The signature and these chunks.</summary>
    public static byte[] Chunks(params (string Type, byte[] Data)[] chunks)
    {
        using MemoryStream file = new();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        foreach ((string type, byte[] data) in chunks)
        {
            byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
            file.Write(BigEndian((uint)data.Length));
            file.Write(typed);
            file.Write(BigEndian(Crc32.HashToUInt32(typed)));
        }

        return file.ToArray();
    }

    public static byte[] Header(uint width, uint height, int bitDepth, int colorType, int compression = 0, int filter = 0, int interlace = 0) =>
        [.. BigEndian(width), .. BigEndian(height), (byte)bitDepth, (byte)colorType, (byte)compression, (byte)filter, (byte)interlace];

    private IEnumerable<(string, byte[])> HeaderAndPalette()
    {
        yield return ("IHDR", Header((uint)width, (uint)height, bitDepth, colorType, interlace: interlaced ? 1 : 0));
        if (Palette.Length > 0) yield return ("PLTE", Palette);
    }

    private byte[] File((string, byte[])[] before, byte[] compressed) =>
        Chunks([.. before, .. compressed.Chunk(ChunkSize).Select(static part => ("IDAT", part)), ("IEND", [])]);

    private byte[] Filtered(byte[] row, byte[] above, int filter)
    {
        int distance = Math.Max(1, Channels * bitDepth / 8);
        byte[] filtered = new byte[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < distance ? 0 : row[i - distance], b = above[i], c = i < distance ? 0 : above[i - distance];
            int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            int predicted = filter switch
            {
                1 => a,
                2 => b,
                3 => (a + b) / 2,
                4 => pa <= pb && pa <= pc ? a : pb <= pc ? b : c,
                _ => 0,
            };
            filtered[i] = (byte)(row[i] - predicted);
        }

        return filtered;
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
