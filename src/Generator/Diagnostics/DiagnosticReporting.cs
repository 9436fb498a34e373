using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Compiler.Diagnostics;

/// <summary>Turns the pipeline's diagnostics into the compiler's.</summary>
internal static class DiagnosticReporting
{
    /// <summary>The diagnostic with its place in the spec file, which is no C# file and needs no syntax tree.</summary>
    public static Diagnostic ToDiagnostic(this DiagnosticInfo info)
    {
        SourceSpan span = info.Span;
        var lines = new LinePositionSpan(new LinePosition(span.StartLine, span.StartColumn), new LinePosition(span.EndLine, span.EndColumn));
        Location location = Location.Create(info.Path, new TextSpan(span.Start, span.Length), lines);
        return Diagnostic.Create(DiagnosticDescriptors.Get(info.Id), location, [.. info.Arguments]);
    }
}
