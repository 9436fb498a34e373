using System.Text;
using System.Text.Json;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Specs: JSON objects of the keys that <see cref="SpecFormat"/> lists.</summary>
internal sealed class SpecJsonFormat : Format
{
    private static readonly string[] Keys =
        [.. Names(SpecFormat.Root), .. Names(SpecFormat.Stage), .. Names(SpecFormat.Stem), .. Names(SpecFormat.Head), .. Names(SpecFormat.BatchNorm), .. Names(SpecFormat.Preprocessing)];

    private static readonly JsonMutation Json = new(
        Keys,
        [
            "\"lite\"", "\"v1\"", "\"timm\"", "\"tensorflow\"", "\"torchvision\"", "\"relu6\"", "\"hardswish\"", "\"same\"", "\"symmetric\"", "\"fused\"", "\"mbconv\"", "\"depthwiseSeparable\"",
            "\"none\"", "\"fixed\"", "\"scaled\"", "\"timesLastStage\"", "\"bilinear\"", "\"bicubic\"", "\"imagenet1k\"", "8", "16", "224", "4096", "4097", "5", "9", "[0.5,0.5,0.5]", "\"class\"",
            "\"Net\"", "\"A.B\"", "\"a b\"", "\"Load\"", "{\"rule\":\"none\"}", "{\"epsilon\":1e-3}", "[\"a\",\"b\",\"c\"]",
            "[{\"kernel\":3,\"stride\":1,\"expansion\":1,\"channels\":8,\"repeats\":1}]", "[{\"block\":\"depthwiseSeparable\",\"kernel\":5,\"stride\":2,\"channels\":8,\"repeats\":2}]",
        ]);

    public override string Name => "spec";

    /// <summary>Numbers within an object of a long name: a path of each would be as long as the file.</summary>
    public override IEnumerable<byte[]> Hostile =>
    [
        Encoding.UTF8.GetBytes($"{{\"name\":\"Net\",\"{new string('k', 200_000)}\":{{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"{i}\":0"))}}}}}"),
        Encoding.UTF8.GetBytes($"{{\"name\":{new string('1', 200_000)}}}"),
        Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"width{i}\":0"))}}}"),
    ];

    public override bool PassesHeader(ReadOnlySpan<byte> input)
    {
        if (input.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) input = input[3..];
        var reader = new Utf8JsonReader(input, new JsonReaderOptions { MaxDepth = StrictJson.MaximumDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public override byte[] Make(FuzzRandom random)
    {
        var text = new StringBuilder("{\"name\":\"Net\"");
        bool phi = random.OneIn(5);
        if (phi) text.Append($",\"phi\":{random.Next(20)}");
        else text.Append($",\"width\":{random.Between(1, 33)},\"depth\":{random.Between(1, 33)}e-1,\"resolution\":{random.Between(1, random.OneIn(3) ? 4200 : 300)}");
        if (phi && random.OneIn(3)) text.Append(",\"alpha\":1.1,\"beta\":2,\"gamma\":1.5");
        for (int members = random.Next(5); members > 0; members--) text.Append($",\"{random.Of<string>(Keys)}\":{Json.Value(random)}");
        if (random.OneIn(3)) text.Append($",\"stages\":[{string.Join(",", Enumerable.Range(0, random.Between(1, 4)).Select(_ => Stage(random)))}]");
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random) => Json.Mutate(parent, random);

    private static string Stage(FuzzRandom random) =>
        $"{{\"block\":\"{random.Of<string>(["mbconv", "fused", "depthwiseSeparable"])}\",\"kernel\":{random.Between(1, 10)},\"stride\":{random.Between(1, 2)}," +
        $"\"expansion\":{random.Between(1, 6)},\"channels\":{random.Between(1, 64)},\"repeats\":{random.Between(1, 3)},\"squeezeExcite\":0.{random.Next(10)}}}";

    private static IEnumerable<string> Names(ObjectFormat format) => format.Keys.Select(key => key.Name);
}
