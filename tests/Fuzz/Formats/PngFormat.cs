using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>PNG: chunks with right lengths and checksums, image data that inflates; each broken now and then.</summary>
internal sealed class PngFormat : Format
{
    private const int SignatureBytes = 8;
    private const int FramingBytes = 12;
    private const int HeaderBytes = 13;
    private const int LongestRaw = 1 << 16;

    private static readonly (int ColorType, int Depth)[] Kinds =
        [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)];

    private static readonly string[] Types = ["IHDR", "PLTE", "IDAT", "IEND", "eXIf", "tRNS", "gAMA", "tEXt", "ABCD", "abcd", "ID T"];

    public override string Name => "png";

    /// <summary>Headers that promise many pixels with little behind them, and much behind them for few pixels.</summary>
    public override IEnumerable<byte[]> Hostile =>
    [
        PngEncoder.Chunks(("IHDR", PngEncoder.Header(512, 512, 16, 6)), ("IDAT", PngEncoder.Deflate(new byte[600])), ("IEND", [])),
        PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1 << 18, 1, 0)), ("IDAT", PngEncoder.Deflate(new byte[1 << 19])), ("IEND", [])),
        PngEncoder.Chunks(("IHDR", PngEncoder.Header(uint.MaxValue, uint.MaxValue, 8, 2)), ("IDAT", PngEncoder.Deflate(new byte[1 << 19])), ("IEND", [])),
        PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("IDAT", PngEncoder.Deflate(new byte[1 << 24])), ("IEND", [])),
        PngEncoder.Chunks([("IHDR", PngEncoder.Header(1, 1, 8, 0)), .. Enumerable.Repeat(("IDAT", Array.Empty<byte>()), 50_000), ("IEND", [])]),
    ];

    public override bool PassesHeader(ReadOnlySpan<byte> input)
    {
        if (input.Length < SignatureBytes + FramingBytes + HeaderBytes || !input.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return false;
        ReadOnlySpan<byte> chunk = input[SignatureBytes..];
        ReadOnlySpan<byte> data = chunk.Slice(8, HeaderBytes);
        (int depth, int color) = (data[8], data[9]);
        return BinaryPrimitives.ReadInt32BigEndian(chunk) == HeaderBytes
            && chunk[4..].StartsWith("IHDR"u8)
            && Crc32.HashToUInt32(chunk.Slice(4, 4 + HeaderBytes)) == BinaryPrimitives.ReadUInt32BigEndian(chunk[(8 + HeaderBytes)..])
            && Kinds.Any(kind => kind.ColorType == color && kind.Depth == depth)
            && BinaryPrimitives.ReadUInt32BigEndian(data) > 0
            && BinaryPrimitives.ReadUInt32BigEndian(data[4..]) > 0;
    }

    public override byte[] Make(FuzzRandom random)
    {
        (int color, int depth) = random.Of<(int, int)>(Kinds);
        int width = random.Between(1, 20), height = random.Between(1, 20), offset = random.Next(5);
        var encoder = new PngEncoder(width, height, color, depth, interlaced: random.OneIn(3))
        {
            Filter = row => (row + offset) % 5,
            Palette = color == 3 ? random.Bytes(3 * (1 << depth)) : [],
            Extra = random.OneIn(4) ? [("eXIf", ExifBytes.Orientation(random))] : [],
            ChunkSize = random.Between(1, 400),
        };
        int[] samples = new int[width * height * encoder.Channels];
        for (int i = 0; i < samples.Length; i++) samples[i] = random.Next(1 << depth);
        return encoder.Encode(samples);
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        List<(string Type, byte[] Data)> chunks = Chunks(parent);
        if (chunks.Count == 0 || random.OneIn(12)) return ByteMutation.Havoc(parent, random);
        int at = random.Next(chunks.Count);
        (string type, byte[] data) = chunks[at];
        switch (random.Next(8))
        {
            case 0:
                chunks[0] = (chunks[0].Type, HeaderChanged(chunks[0].Data, random));
                break;
            case 1:
            case 2:
                ChangeRaw(chunks, random);
                break;
            case 3 when random.OneIn(2):
                chunks[at] = (random.Of<string>(Types), data);
                break;
            case 3 when chunks.Count > 1:
                chunks.RemoveAt(at);
                break;
            case 4:
                chunks.Insert(random.Next(chunks.Count + 1), random.OneIn(2) ? (type, data) : (random.Of<string>(Types), random.OneIn(2) ? ExifBytes.Orientation(random) : random.Bytes(random.Next(40))));
                break;
            case 5 when data.Length > 1:
                int cut = random.Next(data.Length);
                chunks[at] = (type, data[..cut]);
                if (random.OneIn(2)) chunks.Insert(at + 1, (type, data[cut..]));
                break;
            default:
                at = chunks.FindIndex(chunk => chunk.Type == random.Of<string>(["IDAT", "PLTE", "eXIf"]));
                at = at < 0 ? random.Next(chunks.Count) : at;
                chunks[at] = (chunks[at].Type, ByteMutation.Havoc(chunks[at].Data, random));
                break;
        }

        return PngEncoder.Chunks([.. chunks]);
    }

    private static byte[] HeaderChanged(byte[] header, FuzzRandom random)
    {
        if (header.Length != HeaderBytes || random.OneIn(6)) return ByteMutation.Havoc(header, random);
        byte[] changed = [.. header];
        (int color, int depth) = random.Of<(int, int)>(Kinds);
        switch (random.Next(4))
        {
            case 0:
                (changed[8], changed[9]) = ((byte)depth, (byte)color);
                break;
            case 1:
                changed[12] ^= 1;
                break;
            default:
                int size = random.OneIn(4) ? random.Of<int>([0, -1, 1 << 16, int.MaxValue, 1 << 20, 4096]) : random.Between(1, 70);
                BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(random.OneIn(2) ? 0 : 4), size);
                break;
        }

        return changed;
    }

    // The image data as they are before they are deflated.
    private static void ChangeRaw(List<(string Type, byte[] Data)> chunks, FuzzRandom random)
    {
        int first = chunks.FindIndex(chunk => chunk.Type == "IDAT");
        if (first < 0) return;
        byte[] packed = [.. chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Data)];
        byte[] raw = Deflated.Inflate(packed, source => new ZLibStream(source, CompressionMode.Decompress), LongestRaw);
        raw = random.OneIn(8) ? [.. raw, .. new byte[random.Next(LongestRaw)]] : ByteMutation.Havoc(raw, random);
        chunks.RemoveAll(chunk => chunk.Type == "IDAT");
        chunks.Insert(Math.Min(first, chunks.Count), ("IDAT", PngEncoder.Deflate(raw)));
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        List<(string, byte[])> chunks = [];
        int at = SignatureBytes;
        while (at <= file.Length - FramingBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - FramingBytes) break;
            chunks.Add((Encoding.Latin1.GetString(file, at + 4, 4), file.AsSpan(at + 8, (int)length).ToArray()));
            at += FramingBytes + (int)length;
        }

        return chunks;
    }
}
