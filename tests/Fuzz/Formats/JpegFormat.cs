using System.Buffers.Binary;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>JPEG: segments with right lengths and the coded data between them, changed apart.</summary>
internal sealed class JpegFormat : Format
{
    private const int Scan = 0xDA;

    private static readonly byte[] Markers = [0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC9, 0xCC, 0xCF, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xE0, 0xE1, 0xEE, 0xFE, 0x01];

    private readonly Lazy<Corpus> _files;

    public JpegFormat() => _files = new Lazy<Corpus>(() => Corpus.Of(this));

    public override string Name => "jpeg";

    public override bool PassesHeader(ReadOnlySpan<byte> input)
    {
        if (!input.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return false;
        foreach (Part part in Parts(input.ToArray()))
        {
            if (part.Marker == Scan) return false;
            if (part.Marker is 0xC0 or 0xC1 or 0xC2)
            {
                return part.Data is [8, var h1, var h0, var w1, var w0, 1 or 3 or 4, ..] && (h1 | h0) != 0 && (w1 | w0) != 0 && part.Data.Length == 6 + 3 * part.Data[5];
            }
        }

        return false;
    }

    public override byte[] Make(FuzzRandom random) => Mutate(_files.Value.Any(random), random);

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        List<Part> parts = Parts(parent);
        if (parts.Count == 0 || random.OneIn(12)) return ByteMutation.Havoc(parent, random);
        int at = random.Next(parts.Count);
        switch (random.Next(9))
        {
            case 0:
                at = Math.Max(0, parts.FindIndex(part => part.Marker is >= 0xC0 and <= 0xC2));
                parts[at] = FrameChanged(parts[at], random);
                break;
            case 1 when parts.Count > 1:
                parts.RemoveAt(at);
                break;
            case 2:
                parts.Insert(random.Next(parts.Count + 1), parts[at]);
                break;
            case 3:
                parts.Insert(random.Next(parts.Count), Other(random));
                break;
            case 4:
                parts[at] = parts[at] with { Data = ByteMutation.Havoc(parts[at].Data, random) };
                break;
            case 5 when random.OneIn(3):
                parts[at] = parts[at] with { Marker = random.Of<byte>(Markers) };
                break;
            default:
                at = parts.FindIndex(at, part => part.Coded.Length > 0);
                if (at < 0) at = parts.Count - 1;
                parts[at] = parts[at] with { Coded = ByteMutation.Havoc(parts[at].Coded, random) };
                break;
        }

        return [0xFF, 0xD8, .. parts.SelectMany(part => part.ToBytes())];
    }

    private static Part FrameChanged(Part frame, FuzzRandom random)
    {
        if (frame.Data.Length < 6 || random.OneIn(6)) return frame with { Data = ByteMutation.Havoc(frame.Data, random) };
        byte[] data = [.. frame.Data];
        switch (random.Next(4))
        {
            case 0:
                return frame with { Marker = random.Of<byte>([0xC0, 0xC1, 0xC2]) };
            case 1 when data.Length >= 9:
                data[7 + 3 * random.Next((data.Length - 6) / 3)] = random.OneIn(4) ? (byte)random.Next(256) : (byte)(random.Between(1, 4) << 4 | random.Between(1, 4));
                break;
            default:
                ushort size = random.OneIn(5) ? random.Of<ushort>([0, 65535, 8192, 1024]) : (ushort)random.Between(1, 80);
                BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(random.OneIn(2) ? 1 : 3), size);
                break;
        }

        return frame with { Data = data };
    }

    private static Part Other(FuzzRandom random) => random.Next(5) switch
    {
        0 => new Part(0xE1, [.. "Exif\0\0"u8, .. ExifBytes.Orientation(random)], []),
        1 => new Part(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, (byte)random.Next(4)], []),
        2 => new Part(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0], []),
        3 => new Part(0xDD, [0, (byte)random.Next(20)], []),
        _ => new Part(random.Of<byte>(Markers), random.Bytes(random.Next(20)), random.OneIn(3) ? random.Bytes(random.Next(20)) : []),
    };

    private static List<Part> Parts(byte[] file)
    {
        List<Part> parts = [];
        int at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF)
        {
            byte marker = file[at + 1];
            int length = HasLength(marker) ? BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2)) : 0;
            int start = Math.Min(at + 2 + (length >= 2 ? 2 : 0), file.Length), end = Math.Min(at + 2 + length, file.Length);
            int next = end;
            while (next + 1 < file.Length && !(file[next] == 0xFF && file[next + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))) next++;
            if (next + 1 >= file.Length) next = file.Length;
            parts.Add(new Part(marker, file[start..Math.Max(start, end)], file[Math.Max(start, end)..next]));
            at = next;
        }

        if (at < file.Length && parts.Count > 0) parts[^1] = parts[^1] with { Coded = [.. parts[^1].Coded, .. file[at..]] };
        return parts;
    }

    private static bool HasLength(byte marker) => marker is not (0x01 or (>= 0xD0 and <= 0xD9));

    /// <summary>A marker, the data of its segment, and the coded data up to the next marker.</summary>
    private sealed record Part(byte Marker, byte[] Data, byte[] Coded)
    {
        public IEnumerable<byte> ToBytes() =>
            HasLength(Marker) ? [0xFF, Marker, (byte)((Data.Length + 2) >> 8), (byte)(Data.Length + 2), .. Data, .. Coded] : [0xFF, Marker, .. Coded];
    }
}
