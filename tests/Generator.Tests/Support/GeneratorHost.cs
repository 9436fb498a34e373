using System.Collections.Immutable;
using EfficientNet.Compiler.Pipeline;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Compiler.Tests.Support;

/// <summary>A project in memory with the generator in it, run again after each change as an editor would.</summary>
internal sealed class GeneratorHost
{
    private GeneratorDriver _driver;
    private CSharpCompilation _compilation;

    public GeneratorHost(
        CompilerStages? stages = null,
        bool allowUnsafe = true,
        LanguageVersion languageVersion = LanguageVersion.Latest,
        IReadOnlyDictionary<string, string>? globalOptions = null)
    {
        var parseOptions = new CSharpParseOptions(languageVersion);
        _compilation = CSharpCompilation.Create(
            "Host",
            [CSharpSyntaxTree.ParseText("class A;", parseOptions)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: allowUnsafe));
        _driver = CSharpGeneratorDriver.Create(
            [new EfficientNetGenerator(stages ?? CompilerStages.Real).AsSourceGenerator()],
            parseOptions: parseOptions,
            optionsProvider: new Options(globalOptions ?? ImmutableDictionary<string, string>.Empty),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    public GeneratorHost Add(params AdditionalText[] specs)
    {
        _driver = _driver.AddAdditionalTexts([.. specs]);
        return this;
    }

    public GeneratorHost Replace(AdditionalText old, AdditionalText replacement)
    {
        _driver = _driver.ReplaceAdditionalText(old, replacement);
        return this;
    }

    /// <summary>Types a further class into the project.</summary>
    public GeneratorHost AddCode(string code)
    {
        _compilation = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(code, (CSharpParseOptions)_compilation.SyntaxTrees[0].Options));
        return this;
    }

    public GeneratorRunResult Run()
    {
        _driver = _driver.RunGenerators(_compilation);
        return _driver.GetRunResult().Results.Single();
    }

    private sealed class Options(IReadOnlyDictionary<string, string> globals) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(globals);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Values.None;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Values(((SpecFile)textFile).Namespace is { } name
                ? new Dictionary<string, string> { ["build_metadata.AdditionalFiles.Namespace"] = name }
                : ImmutableDictionary<string, string>.Empty);
    }

    private sealed class Values(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public static readonly Values None = new(ImmutableDictionary<string, string>.Empty);

        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}

/// <summary>A spec file in memory; without a text it cannot be read.</summary>
internal sealed class SpecFile(string path, string? text, string? @namespace = null) : AdditionalText
{
    public override string Path => path;

    public string? Namespace => @namespace;

    public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null ? null : SourceText.From(text);
}
