using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>All that parsing a file says.</summary>
/// <remarks>
/// The positions change with every blank of the file. They are kept out of the spec, so that a change of white space
/// ends with this record and nothing behind it runs again.
/// </remarks>
/// <param name="Path">The file.</param>
/// <param name="Spec">The spec; nothing where there is an error.</param>
/// <param name="Diagnostics">Errors and warnings, in the order of the text.</param>
/// <param name="Positions">Where each value lies, for what later stages find wrong with it.</param>
internal sealed record ParseResult(
    string Path,
    ArchitectureSpec? Spec,
    EquatableArray<DiagnosticInfo> Diagnostics,
    EquatableArray<ValuePosition> Positions)
{
    /// <summary>
    /// The position of a value such as <c>stages[2].kernel</c>. A default is nowhere in the file: then the nearest value
    /// that holds it, at last the whole object. Of several paths joined by <c>|</c>, the first that the file states.
    /// </summary>
    public SourceSpan Locate(string jsonPath)
    {
        string[] alternatives = jsonPath.Split('|');
        string path = (alternatives.FirstOrDefault(Holds) ?? alternatives[0]).TrimStart('$', '.');
        while (true)
        {
            foreach (ValuePosition position in Positions)
            {
                if (position.JsonPath == path) return position.Span;
            }

            if (path.Length == 0) return default;
            path = path.Substring(0, Math.Max(0, path.LastIndexOfAny(['.', '['])));
        }
    }

    /// <summary>Whether the file itself states a value.</summary>
    public bool Holds(string jsonPath) => Positions.Any(position => position.JsonPath == jsonPath);
}

/// <summary>Where a value lies.</summary>
/// <param name="JsonPath">Its path without the leading <c>$</c>; empty for the root.</param>
/// <param name="Span">Its span.</param>
internal sealed record ValuePosition(string JsonPath, SourceSpan Span);
