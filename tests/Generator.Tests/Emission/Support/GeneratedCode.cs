using EfficientNet.Compiler.Model;
using EfficientNet.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Compiler.Tests.Emission.Support;

/// <summary>Generated code, compiled in memory as a user's project would compile it.</summary>
internal static class GeneratedCode
{
    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(CompiledNetwork).Assembly.Location),
    ]);

    /// <summary>All files of a network: the surface, then the bodies.</summary>
    public static IReadOnlyList<GeneratedFile> FilesOf(ArchitectureSpec spec)
    {
        CompiledPlan plan = NetworkCompiler.Plan(spec, CancellationToken.None);
        return [.. NetworkCompiler.WriteSurface(plan), .. NetworkCompiler.WriteBodies(plan, CancellationToken.None)];
    }

    /// <summary>A compilation of several networks at the highest warning level, with nothing switched off.</summary>
    public static CSharpCompilation Compile(IEnumerable<ArchitectureSpec> specs, LanguageVersion language = LanguageVersion.Latest)
    {
        CSharpParseOptions parse = new(language, DocumentationMode.Diagnose);
        return CSharpCompilation.Create(
            "Generated",
            specs.SelectMany(FilesOf).Select(file => CSharpSyntaxTree.ParseText(SourceText.From(file.Text, System.Text.Encoding.UTF8), parse, file.HintName)),
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, warningLevel: 9999,
                generalDiagnosticOption: ReportDiagnostic.Error, nullableContextOptions: NullableContextOptions.Enable, deterministic: true));
    }

    /// <summary>What the compiler has to say, warnings and hidden suggestions of it included where they are errors by option.</summary>
    public static IReadOnlyList<string> Complaints(CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString()).ToList();

    /// <summary>The compiled assembly.</summary>
    public static byte[] Emit(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        compilation.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString()).ShouldBeEmpty();
        return image.ToArray();
    }
}
