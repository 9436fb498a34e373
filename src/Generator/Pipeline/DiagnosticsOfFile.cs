using System.Collections.Immutable;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Parsing;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>Gathers what all steps say about one file, and gives it its place in the text.</summary>
internal static class DiagnosticsOfFile
{
    public static EquatableArray<DiagnosticInfo> Collect(
        ParseResult parsed, EquatableArray<DuplicateNetwork> duplicates, ProjectFacts facts, ImmutableArray<StepFailure> failures)
    {
        var all = new List<DiagnosticInfo>(parsed.Diagnostics);
        if (parsed.Spec is { } spec)
        {
            SourceSpan name = parsed.Locate("name");
            foreach (DuplicateNetwork duplicate in duplicates.Where(duplicate => duplicate.Path == parsed.Path))
            {
                string made = duplicate.IsNamespace ? "a namespace of that name" : "it already";
                all.Add(new DiagnosticInfo(DiagnosticIds.DuplicateNetwork, parsed.Path, name, duplicate.FullName, NameBeside(duplicate.OtherPath, parsed.Path), made));
            }

            foreach (HiddenName one in facts.HiddenFrom(spec))
            {
                all.Add(new DiagnosticInfo(DiagnosticIds.HiddenName, parsed.Path, name, spec.Name, spec.Namespace, one.Hiding, one.Name));
            }

            if (!facts.AllowsUnsafe) all.Add(new DiagnosticInfo(DiagnosticIds.UnsafeCodeOff, parsed.Path, name, spec.Name));
            if (facts.OutdatedLanguage is { } language)
            {
                all.Add(new DiagnosticInfo(
                    DiagnosticIds.LanguageVersionTooOld,
                    parsed.Path,
                    name,
                    spec.Name,
                    language,
                    ProjectFacts.OldestLanguage.ToDisplayString()));
            }

            if (facts.OtherRuntime is { } runtime)
            {
                all.Add(new DiagnosticInfo(
                    DiagnosticIds.OtherRuntimeVersion, parsed.Path, name, spec.Name, ProjectFacts.GeneratorVersion.ToString(), runtime));
            }
        }

        all.AddRange(failures.Where(failure => failure.Path == parsed.Path).Select(failure => Describe(failure, parsed)));
        return all.ToEquatableArray();
    }

    /// <summary>A file's name, with its folder's where the other file is called so too.</summary>
    private static string NameBeside(string path, string other)
    {
        string name = System.IO.Path.GetFileName(path);
        return name == System.IO.Path.GetFileName(other) ? $"{System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path))}/{name}" : name;
    }

    /// <summary>A failure of a step that has no positions at hand: it is placed at the head of the file.</summary>
    public static DiagnosticInfo Describe(StepFailure failure) => new(failure.DiagnosticId, failure.Path, default, failure.Arguments);

    /// <summary>What is to be said of the code that was made of this file; placed at the table it came from, else at the name.</summary>
    public static EquatableArray<DiagnosticInfo> OfCode(ParseResult parsed, ImmutableArray<CodeSize> oversized) => oversized
        .Where(code => code.Path == parsed.Path)
        .Select(code => new DiagnosticInfo(
            DiagnosticIds.CodeTooLarge,
            parsed.Path,
            parsed.Locate(parsed.Holds("stages") ? "stages" : "name"),
            code.Network,
            Numbers.Show(code.ForwardBytes),
            Numbers.Show(NetworkLimits.ForwardCodeBytes)))
        .ToEquatableArray();

    private static DiagnosticInfo Describe(StepFailure failure, ParseResult parsed) =>
        new(failure.DiagnosticId, failure.Path, failure.JsonPath is { } path ? parsed.Locate(path) : default, failure.Arguments);
}
