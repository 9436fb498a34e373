using System.Globalization;
using System.IO;
using System.Numerics;
using EfficientNet.Compiler.Diagnostics;
using Newtonsoft.Json;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Builds the tree of a JSON text: values by Newtonsoft.Json, strictness and offsets by <see cref="StrictJson"/>.</summary>
internal sealed class JsonTreeReader
{
    private readonly string _text;
    private readonly JsonTextReader _reader;
    private readonly IReadOnlyList<JsonToken> _tokens;
    private readonly DiagnosticBag _diagnostics;
    private int _next;

    private JsonTreeReader(string text, JsonTextReader reader, IReadOnlyList<JsonToken> tokens, DiagnosticBag diagnostics)
    {
        _text = text;
        _reader = reader;
        _tokens = tokens;
        _diagnostics = diagnostics;
    }

    /// <summary>The root, or nothing where the text is no JSON; errors and doubled keys go to <paramref name="diagnostics"/>.</summary>
    public static JsonNode? Read(string text, DiagnosticBag diagnostics)
    {
        (IReadOnlyList<JsonToken> tokens, JsonError? error) = StrictJson.Scan(text);
        if (error is not null)
        {
            diagnostics.Error(DiagnosticIds.InvalidJson, error.Start, error.Length, error.Expected, error.Found);
            return null;
        }

        using var reader = new JsonTextReader(new StringReader(text.TrimStart('\uFEFF')))
        {
            Culture = CultureInfo.InvariantCulture,
            DateParseHandling = DateParseHandling.None,
            FloatParseHandling = FloatParseHandling.Double,
            MaxDepth = StrictJson.MaximumDepth + 1,
        };
        var tree = new JsonTreeReader(text, reader, tokens, diagnostics);
        try
        {
            return tree.Value(tree.Advance());
        }
        catch (JsonReaderException)
        {
            // The grammar is already known to hold: what is left to refuse is a number beyond the library's means.
            JsonToken token = tokens[tree._next - 1];
            diagnostics.Error(DiagnosticIds.InvalidJson, token.Start, token.Length, "a number of the range of double", "one beyond it");
            return null;
        }
    }

    private JsonToken Advance()
    {
        JsonToken token = _tokens[_next++];
        if (!_reader.Read()) throw new InvalidOperationException($"The JSON library ended before token {_next}.");
        return token;
    }

    private JsonNode Value(JsonToken token)
    {
        switch (token.Kind)
        {
            case JsonTokenKind.StartObject: return Object(token);
            case JsonTokenKind.StartArray: return Array(token);
            case JsonTokenKind.String: return new JsonNode(token, (string)_reader.Value!);
            case JsonTokenKind.Number: return new JsonNode(token, Number(_reader.Value!), _text.Substring(token.Start, token.Length));
            default: return new JsonNode(token, null);
        }
    }

    private JsonNode Object(JsonToken open)
    {
        var node = new JsonNode(open, null);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (JsonToken token = Advance(); token.Kind != JsonTokenKind.EndObject; token = Advance())
        {
            string key = (string)_reader.Value!;
            JsonNode value = Value(Advance());
            if (seen.Add(key)) node.Members.Add(new JsonMember(key, token, value));
            else _diagnostics.Error(DiagnosticIds.DuplicateKey, token.Start, token.Length, JsonNode.Shorten(key));
        }

        return node;
    }

    private JsonNode Array(JsonToken open)
    {
        var node = new JsonNode(open, null);
        for (JsonToken token = Advance(); token.Kind != JsonTokenKind.EndArray; token = Advance()) node.Items.Add(Value(token));
        return node;
    }

    private static double Number(object value) => value is BigInteger big
        ? double.Parse(big.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) // A cast would not round, but cut.
        : Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
