using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Collects what is wrong with one file: parsing goes on after an error, so that one build shows them all.</summary>
internal sealed class DiagnosticBag(string path, LineMap lines)
{
    private readonly List<DiagnosticInfo> _items = [];

    public bool HasErrors { get; private set; }

    public void Error(string id, int start, int length, params string[] arguments)
    {
        HasErrors = true;
        _items.Add(new DiagnosticInfo(id, path, lines.Span(start, length), arguments));
    }

    public void Error(string id, JsonNode at, params string[] arguments) => Error(id, at.Start, at.Length, arguments);

    public void Warning(string id, JsonNode at, params string[] arguments) =>
        _items.Add(new DiagnosticInfo(id, path, lines.Span(at.Start, at.Length), arguments));

    public SourceSpan Span(JsonNode node) => lines.Span(node.Start, node.Length);

    /// <summary>All of them, in the order of the text.</summary>
    public EquatableArray<DiagnosticInfo> ToArray() => _items.OrderBy(item => item.Span.Start).ToEquatableArray();
}
