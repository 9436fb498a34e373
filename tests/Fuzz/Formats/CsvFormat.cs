using System.Text;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Tables of images: a header, quoted and plain fields, one label or several.</summary>
internal sealed class CsvFormat : Format
{
    public override string Name => "csv";

    /// <summary>A quotation mark that is never closed: the rest of the file is one field, longer than the reader's library takes.</summary>
    public override IEnumerable<byte[]> Hostile => [[.. "file,label\na.png,\""u8, .. new byte[(1 << 24) + 1]]];

    public override bool PassesHeader(ReadOnlySpan<byte> input)
    {
        if (input.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) input = input[3..];
        int end = input.IndexOfAny((byte)'\r', (byte)'\n');
        string[] columns = Encoding.UTF8.GetString(end < 0 ? input : input[..end]).Split(',');
        return columns.Contains("file") && columns.Contains("label") != columns.Contains("labels");
    }

    public override byte[] Make(FuzzRandom random)
    {
        bool several = random.OneIn(3), other = random.OneIn(3);
        string end = random.OneIn(2) ? "\n" : "\r\n";
        var text = new StringBuilder($"file,{(several ? "labels" : "label")}{(other ? ",note" : "")}{end}");
        for (int rows = random.Between(0, 6); rows > 0; rows--)
        {
            string label = several ? string.Join('|', Enumerable.Range(0, random.Next(4)).Select(_ => random.Of<string>(["cat", "dog", " owl "]))) : random.Of<string>(["cat", "dog", "\"a \"\"b\"\", c\""]);
            text.Append($"{random.Of<string>(["a.png", "b.png", "\"a.png\"", "broken.png"])},{label}{(other ? ",x" : "")}{end}");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        int header = Array.IndexOf(parent, (byte)'\n') + 1;
        // The header is left alone more often than not.
        return random.OneIn(4) ? TextMutation.Mutate(parent, random) : [.. parent[..header], .. TextMutation.Mutate(parent[header..], random)];
    }
}
