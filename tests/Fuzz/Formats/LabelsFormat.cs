using System.Text;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Label files: one name a line. They have no header; UTF-8 is all that they begin with.</summary>
internal sealed class LabelsFormat : Format
{
    public override string Name => "labels";

    public override bool PassesHeader(ReadOnlySpan<byte> input) => System.Text.Unicode.Utf8.IsValid(input);

    public override byte[] Make(FuzzRandom random)
    {
        IEnumerable<string> lines = Enumerable.Range(0, random.OneIn(4) ? random.Next(8) : 3).Select(_ => random.Of<string>(["cat", "dog, or hound", "", "Übelkrähe", "a\tb"]));
        return Encoding.UTF8.GetBytes(string.Join(random.OneIn(2) ? "\n" : "\r\n", lines) + (random.OneIn(2) ? "\n" : ""));
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random) => TextMutation.Mutate(parent, random);
}
