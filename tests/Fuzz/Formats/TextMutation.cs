using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Changes texts of lines.</summary>
internal static class TextMutation
{
    private static readonly byte[][] Pieces =
    [
        [.. "\""u8], [.. "\"\""u8], [.. ","u8], [.. ";"u8], [.. "\t"u8], [.. "\r"u8], [.. "\n"u8], [.. "\r\n"u8], [.. "|"u8], [.. "||"u8], [.. " "u8], [.. "a.png"u8], [.. "b.png"u8], [.. "none.png"u8], [.. "/a.png"u8],
        [.. "../a.png"u8], [.. "file"u8], [.. "label"u8], [.. "labels"u8], [0], [0x1B, (byte)'[', (byte)'m'], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xC3], [0xE2, 0x80, 0xA8], [0xC2, 0x85], [.. "é"u8],
    ];

    public static byte[] Mutate(byte[] text, FuzzRandom random)
    {
        if (random.OneIn(4)) return ByteMutation.Havoc(text, random);
        List<byte[]> lines = Lines(text);
        int at = random.Next(lines.Count);
        switch (random.Next(5))
        {
            case 0 when lines.Count > 1:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(random.Next(lines.Count + 1), lines[at]);
                break;
            case 2 when random.OneIn(20):
                lines[at] = [.. Enumerable.Repeat(random.Of<byte[]>(Pieces), random.Between(1, 4000)).SelectMany(piece => piece)];
                break;
            default:
                int place = random.Next(lines[at].Length + 1);
                lines[at] = [.. lines[at][..place], .. random.Of<byte[]>(Pieces), .. lines[at][place..]];
                break;
        }

        return [.. lines.SelectMany(line => line)];
    }

    // Each with its end.
    private static List<byte[]> Lines(byte[] text)
    {
        List<byte[]> lines = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'\n') continue;
            lines.Add(text[start..(i + 1)]);
            start = i + 1;
        }

        lines.Add(text[start..]);
        return lines;
    }
}
