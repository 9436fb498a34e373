using System.IO.Compression;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Runtime.Tests.Support;
using EfficientNet.Runtime.Tests.Weights.PyTorch;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>What <c>torch.save</c> writes: a zip archive whose pickle is changed instruction by instruction, or the row of pickles from before PyTorch 1.6.</summary>
internal sealed class TorchFormat : Format
{
    private static readonly byte[] LegacyStart = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    public override string Name => "pth";

    /// <summary>A dictionary of the same pairs, made again for a few bytes each.</summary>
    public override IEnumerable<byte[]> Hostile
    {
        get
        {
            const int pairs = 1000, dictionaries = 1000;
            PickleBytes pickle = PickleBytes.Protocol().Global("collections", "OrderedDict").Raw("q", 1).Raw("](");
            for (int i = 0; i < pairs; i++) pickle.Raw(0x8C, 4).Raw($"{i:D4}").Raw("K", 1).Raw(0x86);
            pickle.Raw("eq", 2);
            for (int i = 0; i < dictionaries; i++) pickle.Raw("h", 1).Raw("h", 2).Raw(0x85).Raw("R");
            yield return TorchBytes.Archive(pickle.Stop());
        }
    }

    public override bool PassesHeader(ReadOnlySpan<byte> input)
    {
        if (input.StartsWith(LegacyStart)) return true;
        return input.StartsWith("PK\x03\x04"u8) && input.LastIndexOf("PK\x05\x06"u8) is > 0 and int end && end <= input.Length - 22 && input.IndexOf("PK\x01\x02"u8) > 0;
    }

    public override byte[] Make(FuzzRandom random)
    {
        (byte[] pickle, (string Key, int Floats)[] storages) = PickleInstructions.StateDictionary(random);
        if (random.OneIn(3))
        {
            PickleBytes keys = PickleBytes.Protocol().Raw("](");
            foreach ((string key, _) in storages) keys.Text(key);
            return TorchBytes.Legacy(pickle, keys.Raw("e").Stop(), [.. storages.Select(storage => TorchBytes.Ramp(storage.Floats))]);
        }

        return Zipped([("x/data.pkl", pickle), .. storages.Select(storage => ($"x/data/{storage.Key}", TorchBytes.Ramp(storage.Floats * 2))), ("x/byteorder", "little"u8.ToArray())], random);
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        if (random.OneIn(12)) return ByteMutation.Havoc(parent, random);
        if (!parent.AsSpan().StartsWith("PK"u8)) return LegacyChanged(parent, random);
        List<(string Name, byte[] Data)> entries = Entries(parent);
        if (entries.Count == 0) return ByteMutation.Havoc(parent, random);
        int at = random.Next(entries.Count);
        switch (random.Next(8))
        {
            case 0:
                entries[at] = (entries[at].Name, ByteMutation.Havoc(entries[at].Data, random));
                break;
            case 1 when random.OneIn(2):
                entries.RemoveAt(at);
                break;
            case 1:
                entries.Add((random.Of<string>(["x/constants.pkl", "x/byteorder", "x/data/9", "y/data.pkl", "x/data.pkl", entries[at].Name]), random.OneIn(2) ? "big"u8.ToArray() : entries[at].Data));
                break;
            case 2 when random.OneIn(2):
                // The directory and the headers themselves.
                byte[] file = Zipped(entries, random);
                int from = Math.Max(0, file.Length - 200);
                return [.. file[..from], .. ByteMutation.Havoc(file[from..], random)];
            default:
                int pickle = Math.Max(0, entries.FindIndex(entry => entry.Name.EndsWith("data.pkl", StringComparison.Ordinal)));
                entries[pickle] = (entries[pickle].Name, PickleInstructions.Mutate(entries[pickle].Data, random));
                break;
        }

        return Zipped(entries, random);
    }

    private static byte[] LegacyChanged(byte[] file, FuzzRandom random)
    {
        int from = file.AsSpan().StartsWith(LegacyStart) && !random.OneIn(8) ? LegacyStart.Length : 0;
        return [.. file[..from], .. PickleInstructions.Mutate(file[from..], random)];
    }

    private static byte[] Zipped(List<(string Name, byte[] Data)> entries, FuzzRandom random)
    {
        string[] large = random.OneIn(5) && entries.Count > 0 ? [entries[random.Next(entries.Count)].Name] : [];
        byte[] file = TorchBytes.Zip([.. entries], random.OneIn(20) ? (ushort)8 : (ushort)0, random.OneIn(20) ? (ushort)1 : (ushort)0, large);
        return random.OneIn(8) ? WithLargeDirectory(file) : file;
    }

    // The same directory, found through zip64's end and its locator.
    private static byte[] WithLargeDirectory(byte[] file)
    {
        byte[] end = file[^22..];
        long count = BitConverter.ToUInt16(end, 10), bytes = BitConverter.ToUInt32(end, 12), start = BitConverter.ToUInt32(end, 16), at = file.Length - 22;
        byte[] large = [.. "PK\x06\x06"u8, 44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(count), .. BitConverter.GetBytes(count), .. BitConverter.GetBytes(bytes), .. BitConverter.GetBytes(start)];
        end.AsSpan(8, 12).Fill(0xFF);
        return [.. file[..^22], .. large, .. "PK\x06\x07"u8, 0, 0, 0, 0, .. BitConverter.GetBytes(at), 1, 0, 0, 0, .. end];
    }

    private static List<(string Name, byte[] Data)> Entries(byte[] file)
    {
        List<(string, byte[])> entries = [];
        try
        {
            using var zip = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                if (entry.Length > Corpus.LongestKept) continue;
                using Stream stream = entry.Open();
                using var data = new MemoryStream();
                stream.CopyTo(data);
                entries.Add((entry.FullName, data.ToArray()));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException)
        {
            // What was found until then is used.
        }

        return entries;
    }
}
