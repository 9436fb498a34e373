using System.Threading;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>A spec file as the compiler hands it over.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Text">Its text; nothing where it cannot be read.</param>
/// <param name="Defaults">What its project says.</param>
internal sealed record SpecSource(string Path, string? Text, SpecDefaults Defaults)
{
    private const string Suffix = ".efficientnet.json";

    public static bool IsSpec(AdditionalText file) => file.Path.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    public static SpecSource Read(AdditionalText file, AnalyzerConfigOptionsProvider options, CancellationToken token)
    {
        AnalyzerConfigOptions item = options.GetOptions(file);
        return new SpecSource(file.Path, TextOf(file, token), SpecDefaults.From(
            name => Value(item, "build_metadata.AdditionalFiles." + name), name => Value(options.GlobalOptions, "build_property." + name)));
    }

    private static string? Value(AnalyzerConfigOptions options, string key) => options.TryGetValue(key, out string? value) ? value : null;

    /// <summary>Parses the file; a failure of the parser itself is a diagnostic too.</summary>
    public ParseResult Parse()
    {
        try
        {
            if (Text is not null) return SpecParser.Parse(Path, Text, Defaults);
            return Failed(new DiagnosticInfo(DiagnosticIds.UnreadableFile, Path, default, System.IO.Path.GetFileName(Path)));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Failed(new DiagnosticInfo(DiagnosticIds.InternalError, Path, default, Outcome.InternalError(PipelineSteps.ParseText, exception)));
        }
    }

    private static string? TextOf(AdditionalText file, CancellationToken token)
    {
        try
        {
            return file.GetText(token)?.ToString();
        }
        catch (Exception exception) when (exception is System.IO.IOException or System.IO.InvalidDataException or UnauthorizedAccessException)
        {
            // Hosts differ in whether they answer null or throw for a file that went away or is no text.
            return null;
        }
    }

    private ParseResult Failed(DiagnosticInfo diagnostic) => new(Path, null, new[] { diagnostic }.ToEquatableArray(), default);
}
