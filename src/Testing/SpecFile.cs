using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Testing;

/// <summary>A spec file in memory, as a project hands it to the compiler.</summary>
public sealed class SpecFile : AdditionalText
{
    private readonly SourceText? _text;

    /// <summary>Makes a file.</summary>
    /// <param name="path">Its path; the generator takes what ends in <c>.efficientnet.json</c>.</param>
    /// <param name="text">Its text; null for a file that cannot be read.</param>
    /// <param name="metadata">Item metadata by name, such as <c>Namespace</c>; null for none.</param>
    public SpecFile(string path, string? text, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        _text = text is null ? null : SourceText.From(text);
        Metadata = metadata ?? ImmutableDictionary<string, string>.Empty;
    }

    /// <inheritdoc/>
    public override string Path { get; }

    /// <summary>Item metadata by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public override SourceText? GetText(CancellationToken cancellationToken = default) => _text;
}
