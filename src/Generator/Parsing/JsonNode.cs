namespace EfficientNet.Compiler.Parsing;

/// <summary>A value of the JSON text and where it lies. Lives only while one file is parsed.</summary>
internal sealed class JsonNode
{
    /// <param name="token">Its first token.</param>
    /// <param name="value">What it says, where it is a text or a number.</param>
    /// <param name="written">The token's text, where it is a number.</param>
    public JsonNode(JsonToken token, object? value, string written = "")
    {
        Kind = token.Kind;
        Start = token.Start;
        Length = token.Length;
        Value = value;
        Written = Shorten(written);
    }

    /// <summary>The kind of the value's first token.</summary>
    public JsonTokenKind Kind { get; }

    public int Start { get; }

    /// <summary>Units to underline: the whole of a scalar, the opening bracket of an object or array.</summary>
    public int Length { get; }

    /// <summary>A <see cref="string"/>, a <see cref="double"/>, or nothing.</summary>
    public object? Value { get; }

    /// <summary>A number as the text has it: one beyond the range of double is infinite in <see cref="Value"/> alone.</summary>
    public string Written { get; }

    /// <summary>The members of an object, in the order of the text, doubled keys left out.</summary>
    public List<JsonMember> Members { get; } = [];

    /// <summary>The elements of an array.</summary>
    public List<JsonNode> Items { get; } = [];

    /// <summary>What the value is, in words that finish "but is".</summary>
    public string Describe() => Kind switch
    {
        JsonTokenKind.StartObject => "an object",
        JsonTokenKind.StartArray => "an array",
        JsonTokenKind.String => $"the text \"{Shorten((string)Value!)}\"",
        JsonTokenKind.Number => $"the number {Written}",
        JsonTokenKind.True => "true",
        JsonTokenKind.False => "false",
        _ => "null",
    };

    public static string Shorten(string text) => text.Length <= 40 ? text : text.Substring(0, 37) + "...";
}

/// <summary>A key, where it lies, and its value.</summary>
internal sealed record JsonMember(string Key, JsonToken Token, JsonNode Node);
