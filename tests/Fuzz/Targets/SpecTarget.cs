using System.Text;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>The spec's parser: it throws nothing, and answers with diagnostics that lie within the text.</summary>
internal sealed class SpecTarget : Target
{
    public override string Name => "spec JSON";

    public override Format Format { get; } = new SpecJsonFormat();

    public override long FixedExecutions => 30_000;

    // Each unknown key, of five characters with its value, is compared with all that are known (a table of numbers for each), and answered with their list.
    public override AllocationBound Bound => new(1 << 18, 4096);

    public override void Read(FuzzInput input)
    {
        string text = Encoding.UTF8.GetString(input.Bytes);
        ParseResult result = SpecParser.Parse("net.efficientnet.json", text, SpecDefaults.Standard);
        foreach (DiagnosticInfo diagnostic in result.Diagnostics)
        {
            SourceSpan span = diagnostic.Span;
            if (span.Start < 0 || span.Length < 0 || span.Start + span.Length > text.Length || span.StartLine < 0 || span.StartColumn < 0)
                throw new InvalidPropertyException($"{diagnostic.Id} lies at {span}, outside a text of {text.Length}");
            _ = diagnostic.ToDiagnostic().GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        }

        bool hasErrors = result.Diagnostics.Any(diagnostic => DiagnosticDescriptors.Get(diagnostic.Id).DefaultSeverity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        if (hasErrors != result.Spec is null) throw new InvalidPropertyException($"errors: {hasErrors}, and a spec: {result.Spec is not null}");
        if (result.Spec is not { } spec) throw new RefusedSpecException();

        // What is written out is the same network.
        ParseResult again = SpecParser.Parse("net.efficientnet.json", SpecText.Of(spec), SpecDefaults.Standard);
        ArchitectureSpec same = spec with { Namespace = SpecDefaults.Standard.Namespace, Labels = null };
        if (again.Spec is null || CanonicalSpec.Text(again.Spec with { Labels = null }) != CanonicalSpec.Text(same))
            throw new InvalidPropertyException($"the spec written out is another one: {SpecText.Of(spec)}");
    }

    protected override string? FileOf(Exception exception) => (exception as RefusedSpecException)?.File;

    /// <summary>There were diagnostics that are errors.</summary>
    private sealed class RefusedSpecException() : Exception("net.efficientnet.json: has errors")
    {
        public string File => "net.efficientnet.json";
    }
}
