using EfficientNet.Compiler.Diagnostics;

namespace EfficientNet.Compiler.Parsing;

/// <summary>
/// Reads the members of one JSON object as its format says. A value that is wrong is reported and replaced by the
/// default, so that reading goes on and the next mistake is found too.
/// </summary>
internal sealed class ObjectReader
{
    private readonly ObjectFormat _format;
    private readonly string _path;
    private readonly DiagnosticBag _diagnostics;

    // Keys that are there under a name that is nearly theirs: the one mistake is reported once.
    private readonly HashSet<string> _misspelt = new(StringComparer.Ordinal);

    public ObjectReader(JsonNode node, ObjectFormat format, string path, DiagnosticBag diagnostics)
    {
        Node = node;
        _format = format;
        _path = path;
        _diagnostics = diagnostics;
        string[]? absent = null;
        foreach (JsonMember member in node.Members)
        {
            if (format.Find(member.Key) is not null) continue;
            // Looked for once: a file may have any number of unknown keys.
            absent ??= [.. format.Keys.Select(key => key.Name).Where(name => !Has(name))];
            string? meant = Suggestions.Nearest(member.Key, absent);
            if (meant is not null) _misspelt.Add(meant);
            diagnostics.Error(
                DiagnosticIds.UnknownKey, member.Token.Start, member.Token.Length, JsonNode.Shorten(member.Key), Suggestions.Text(meant, absent));
        }

        foreach (KeyFormat key in format.Keys.Where(key => key.Required)) Require(key.Name);
    }

    public JsonNode Node { get; }

    public bool Has(string key) => Member(key) is not null;

    /// <summary>The value of a key, whatever it is; nothing where the key is absent.</summary>
    public JsonNode? Find(string key) => Member(Known(key).Name)?.Node;

    /// <summary>Reports a key that this object needs and has not, not even misspelt; at most once for one key.</summary>
    public void Require(string key)
    {
        if (Has(key) || _misspelt.Contains(key)) return;
        _diagnostics.Error(DiagnosticIds.MissingKey, Node, key, Place, Known(key).Value.Describe());
    }

    /// <summary>A text with its node, or nothing where it is absent or no text.</summary>
    public string? Text(string key) => Find(key) is { } node ? Text(node, PathOf(key), Known(key).Value.Describe()) : null;

    public string? Text(JsonNode node, string path, string expected)
    {
        if (node.Kind == JsonTokenKind.String) return (string)node.Value!;
        WrongType(node, path, expected);
        return null;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Find(key) is not { } node) return fallback;
        if (node.Kind is JsonTokenKind.True or JsonTokenKind.False) return node.Kind == JsonTokenKind.True;
        WrongType(node, PathOf(key), Known(key).Value.Describe());
        return fallback;
    }

    public int Integer(string key, int fallback)
    {
        if (Find(key) is not { } node) return fallback;
        var format = (IntegerFormat)Known(key).Value;
        if (node.Kind != JsonTokenKind.Number || ((double)node.Value! % 1 != 0 && !double.IsInfinity((double)node.Value!)))
        {
            WrongType(node, PathOf(key), format.Describe());
            return fallback;
        }

        if (format.Contains((double)node.Value!)) return (int)(double)node.Value!;
        OutOfRange(node, PathOf(key), format.Describe());
        return fallback;
    }

    public double Number(string key, double fallback) =>
        Find(key) is { } node ? Number(node, PathOf(key), (NumberFormat)Known(key).Value) ?? fallback : fallback;

    public double? Number(JsonNode node, string path, NumberFormat format)
    {
        if (node.Kind != JsonTokenKind.Number)
        {
            WrongType(node, path, format.Describe());
            return null;
        }

        // Minus zero is zero: two specs that differ in it only are one.
        if (format.Contains((double)node.Value!)) return (double)node.Value! + 0.0;
        OutOfRange(node, path, format.Describe());
        return null;
    }

    public T Choice<T>(string key, T fallback) =>
        Find(key) is { } node ? Choice(node, PathOf(key), (ChoiceFormat<T>)Known(key).Value, fallback) : fallback;

    public T Choice<T>(JsonNode node, string path, ChoiceFormat<T> format, T fallback)
    {
        if (Text(node, path, format.Describe()) is not { } word) return fallback;
        if (format.Names.Contains(word)) return format.Value(word);
        _diagnostics.Error(DiagnosticIds.UnknownValue, node, path, JsonNode.Shorten(word), Suggestions.For(word, format.Names));
        return fallback;
    }

    /// <summary>A nested object, or nothing where it is absent or none.</summary>
    public ObjectReader? Object(string key, ObjectFormat format)
    {
        if (Find(key) is not { } node) return null;
        return Object(node, PathOf(key), format, Known(key).Value.Describe());
    }

    public ObjectReader? Object(JsonNode node, string path, ObjectFormat format, string expected)
    {
        if (node.Kind == JsonTokenKind.StartObject) return new ObjectReader(node, format, path, _diagnostics);
        WrongType(node, path, expected);
        return null;
    }

    /// <summary>The elements of an array of a length the format allows, or nothing.</summary>
    public List<JsonNode>? Array(string key)
    {
        if (Find(key) is not { } node) return null;
        ValueFormat format = Known(key).Value;
        return Array(node, PathOf(key), format as ArrayFormat ?? ((EitherFormat)format).Alternatives.OfType<ArrayFormat>().Single());
    }

    public List<JsonNode>? Array(JsonNode node, string path, ArrayFormat format)
    {
        if (node.Kind != JsonTokenKind.StartArray)
        {
            WrongType(node, path, format.Describe());
            return null;
        }

        if (node.Items.Count >= format.Low && node.Items.Count <= format.High) return node.Items;
        _diagnostics.Error(DiagnosticIds.OutOfRange, node, path, format.Describe(), $"an array of {Numbers.Show(node.Items.Count)}");
        return null;
    }

    /// <summary>Reports that the value of one key cannot be together with that of another.</summary>
    public void Contradiction(JsonNode at, string message) => _diagnostics.Error(DiagnosticIds.ContradictingKeys, at, message);

    public void WrongType(JsonNode node, string path, string expected) =>
        _diagnostics.Error(DiagnosticIds.WrongType, node, path, expected, node.Describe());

    public void OutOfRange(JsonNode node, string path, string expected) =>
        _diagnostics.Error(DiagnosticIds.OutOfRange, node, path, expected, node.Written);

    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private string Place => _path.Length == 0 ? "the spec" : $"'{_path}'";

    private JsonMember? Member(string key) => Node.Members.FirstOrDefault(member => member.Key == key);

    /// <summary>Asking for a key that the format does not list is a mistake of the parser, not of the spec.</summary>
    private KeyFormat Known(string key) => _format.Find(key) ?? throw new InvalidOperationException($"The format of {Place} lists no key '{key}'.");
}
