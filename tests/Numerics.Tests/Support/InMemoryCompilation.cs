using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>C# compiled in memory by the tests.</summary>
internal static class InMemoryCompilation
{
    private static readonly Lazy<IReadOnlyList<MetadataReference>> Platform = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(path) is "netstandard.dll" or "mscorlib.dll" or "Microsoft.Win32.Primitives.dll")
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToList());

    /// <summary>The namespaces that the SDK imports into every project.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static CSharpCompilation Create(string name, IEnumerable<(string Path, string Text)> sources, LanguageVersion language, bool implicitUsings,
        params MetadataReference[] references)
    {
        CSharpParseOptions parse = CSharpParseOptions.Default
            .WithLanguageVersion(language)
            .WithDocumentationMode(DocumentationMode.Diagnose)
            .WithPreprocessorSymbols("NET10_0", "NET10_0_OR_GREATER", "NET9_0_OR_GREATER", "NET8_0_OR_GREATER");
        if (implicitUsings) sources = sources.Prepend(("ImplicitUsings.cs", ImplicitUsings));
        return CSharpCompilation.Create(
            name,
            sources.Select(source => CSharpSyntaxTree.ParseText(SourceText.From(source.Text, System.Text.Encoding.UTF8), parse, source.Path)),
            [.. Platform.Value, .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                warningLevel: 9999, nullableContextOptions: NullableContextOptions.Enable, deterministic: true));
    }
}
