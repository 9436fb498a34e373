using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Changes a JSON text as a tree, so that it stays JSON; sometimes as text, so that it may not.</summary>
/// <param name="keys">Keys that the format knows.</param>
/// <param name="values">Values of interest, as JSON.</param>
internal sealed class JsonMutation(string[] keys, string[] values)
{
    /// <summary>Trees have each key once; as text it may be there twice.</summary>
    public static readonly JsonDocumentOptions EachKeyOnce = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    private static readonly string[] AnyValues =
    [
        "null", "true", "false", "0", "1", "-1", "-0", "2", "3", "0.5", "1e-300", "1e308", "1e400", "2147483647", "2147483648", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "1.0", "1e2", "[]", "{}", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\n\"", "\"\u2028\"", "[1,2,3]", "[0.1,0.2,0.3]", "[[]]", "{\"a\":{}}",
    ];

    private static readonly string[] Fragments =
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "//", "/*", "'", "NaN", "-", "+1", "01", "1.", ".5", "1e", "\uFEFF", "\0", "\u0001", "\\u12", "\\x", "tru", " ", "\t\r\n", "\u00A0", "é", "\uFFFD", "0x10"];

    public byte[] Mutate(ReadOnlySpan<byte> json, FuzzRandom random)
    {
        switch (random.Next(12))
        {
            case 0:
                return ByteMutation.Havoc(json.ToArray(), random);
            case 1:
                return Insert(json, Encoding.UTF8.GetBytes(random.Of<string>(Fragments)), random.Next(json.Length + 1));
            case 2:
                return InsertMember(json, random);
            case 3 when random.OneIn(8):
                string deep = new(random.OneIn(2) ? '[' : '{', random.Between(1, 200));
                return Insert(json, Encoding.UTF8.GetBytes(deep), random.Next(json.Length + 1));
        }

        try
        {
            JsonNode? root = JsonNode.Parse(json, documentOptions: EachKeyOnce);
            if (root is not null && Change(root, random)) return Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It was no JSON, has a key twice, or text that is no Unicode.
        }

        return ByteMutation.Havoc(json.ToArray(), random);
    }

    public string Value(FuzzRandom random) => random.OneIn(2) ? random.Of<string>(values) : random.Of<string>(AnyValues);

    private bool Change(JsonNode root, FuzzRandom random)
    {
        List<JsonNode> holders = [];
        Collect(root, holders);
        if (holders.Count == 0) return false;
        switch (holders[random.Next(holders.Count)])
        {
            case JsonObject { Count: > 0 } members when !random.OneIn(5):
                string key = members.ElementAt(random.Next(members.Count)).Key;
                JsonNode? value = members[key];
                if (random.OneIn(3)) members.Remove(key);
                if (random.OneIn(4)) members[random.OneIn(2) ? random.Of<string>(keys) : Misspelt(key, random)] = value?.DeepClone();
                else if (members.ContainsKey(key)) members[key] = Other(value, random);
                return true;
            case JsonObject members:
                members[random.Of<string>(keys)] = Parsed(Value(random));
                return true;
            case JsonArray { Count: > 0 } items when !random.OneIn(4):
                int at = random.Next(items.Count);
                if (random.OneIn(3)) items.RemoveAt(at);
                else if (random.OneIn(3)) items.Add(items[at]?.DeepClone());
                else items[at] = Other(items[at], random);
                return true;
            case JsonArray items:
                items.Add(Parsed(Value(random)));
                return true;
            default:
                return false;
        }
    }

    private JsonNode? Other(JsonNode? value, FuzzRandom random)
    {
        if (value is JsonValue && value.GetValueKind() == JsonValueKind.Number && random.OneIn(2))
            return Parsed(random.OneIn(4) ? $"-{value}".Replace("--", "") : $"{value}{random.Next(10)}");
        if (value is JsonValue && value.GetValueKind() == JsonValueKind.String && random.OneIn(3)) return JsonValue.Create(Misspelt(value.GetValue<string>(), random));
        return Parsed(Value(random));
    }

    private static string Misspelt(string word, FuzzRandom random)
    {
        if (word.Length == 0) return "x";
        int at = random.Next(word.Length);
        return random.Next(5) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, "a"),
            2 => word[..at] + (char)random.Next(0x300) + word[(at + 1)..],
            3 => word + new string('z', random.Between(1, 200)),
            _ => word.ToUpperInvariant(),
        };
    }

    // Another member, whose key may be there already.
    private byte[] InsertMember(ReadOnlySpan<byte> json, FuzzRandom random)
    {
        List<int> opening = [];
        for (int i = 0; i < json.Length; i++)
        {
            if (json[i] == (byte)'{') opening.Add(i + 1);
        }

        if (opening.Count == 0) return ByteMutation.Havoc(json.ToArray(), random);
        int at = opening[random.Next(opening.Count)];
        bool last = at < json.Length && json[at] == (byte)'}';
        return Insert(json, Encoding.UTF8.GetBytes($"\"{random.Of<string>(keys)}\":{Value(random)}{(last ? "" : ",")}"), at);
    }

    private static JsonNode? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return JsonValue.Create(json);
        }
    }

    private static byte[] Insert(ReadOnlySpan<byte> bytes, byte[] inserted, int at) => [.. bytes[..at], .. inserted, .. bytes[at..]];

    private static void Collect(JsonNode node, List<JsonNode> holders)
    {
        switch (node)
        {
            case JsonObject members:
                holders.Add(members);
                foreach ((_, JsonNode? value) in members) if (value is not null) Collect(value, holders);
                break;
            case JsonArray items:
                holders.Add(items);
                foreach (JsonNode? item in items) if (item is not null) Collect(item, holders);
                break;
        }
    }
}
