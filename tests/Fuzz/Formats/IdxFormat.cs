using System.Buffers.Binary;
using System.IO.Compression;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>IDX: images or labels, plain or gzipped; changed before they are gzipped more often than behind.</summary>
internal sealed class IdxFormat : Format
{
    private const int LongestRaw = 1 << 16;
    private const int ImageDimensions = 3;

    public override string Name => "idx";

    /// <summary>The bytes as they are without gzip.</summary>
    public static byte[] Plain(ReadOnlySpan<byte> input) => input.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])
        ? Deflated.Inflate(input.ToArray(), source => new GZipStream(source, CompressionMode.Decompress), LongestRaw)
        : input[..Math.Min(input.Length, LongestRaw)].ToArray();

    /// <summary>Zeros that are a thousand times longer than their gzip, and a header that promises a thousand times more than that.</summary>
    public override IEnumerable<byte[]> Hostile => [Zipped([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 4, 0, 0, 0, 4, 0, .. new byte[1 << 20]]), Zipped([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0x10, 0, 0, .. new byte[1 << 20]])];

    public override bool PassesHeader(ReadOnlySpan<byte> input) => Plain(input) is [0, 0, 8, 1 or ImageDimensions, _, _, _, _, ..];

    public override byte[] Make(FuzzRandom random)
    {
        int dimensions = random.OneIn(3) ? 1 : ImageDimensions, count = random.Between(1, 20), length = count;
        List<byte> file = [0, 0, 8, (byte)dimensions, 0, 0, 0, (byte)count];
        for (int i = 1; i < dimensions; i++)
        {
            int side = random.Between(1, 9);
            file.AddRange([0, 0, 0, (byte)side]);
            length *= side;
        }

        file.AddRange(dimensions == 1 ? random.Bytes(length).Select(value => (byte)(value % 10)) : random.Bytes(length));
        return Zipped([.. file], random);
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        if (random.OneIn(6)) return ByteMutation.Havoc(parent, random);
        byte[] plain = Plain(parent);
        if (random.OneIn(3) && plain.Length >= 16)
        {
            int size = random.OneIn(3) ? random.Of<int>([0, -1, int.MaxValue, 1 << 16, 1 << 24]) : random.Between(1, 30);
            BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(4 * random.Between(1, ImageDimensions)), size);
        }
        else
        {
            plain = ByteMutation.Havoc(plain, random);
        }

        return Zipped(plain, random);
    }

    private static byte[] Zipped(byte[] plain, FuzzRandom random) => random.OneIn(2) ? plain : Zipped(plain);

    private static byte[] Zipped(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(plain);
        return packed.ToArray();
    }
}
