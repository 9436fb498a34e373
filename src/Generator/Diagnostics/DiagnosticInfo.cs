using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Diagnostics;

/// <summary>A diagnostic as the pipeline carries it: compared by value, holding no Roslyn object.</summary>
/// <param name="Id">One of <see cref="DiagnosticIds"/>; the descriptor is looked up when it is reported.</param>
/// <param name="Path">Path of the spec file, as the compiler was given it.</param>
/// <param name="Span">Where in the file.</param>
/// <param name="Arguments">What fills the descriptor's message, already text.</param>
internal sealed record DiagnosticInfo(string Id, string Path, SourceSpan Span, EquatableArray<string> Arguments)
{
    public DiagnosticInfo(string id, string path, SourceSpan span, params string[] arguments)
        : this(id, path, span, arguments.ToEquatableArray())
    {
    }
}
