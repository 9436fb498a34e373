using EfficientNet.Compiler.Pipeline;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Tests.Support;

/// <summary>The project of <see cref="GeneratorProject"/>, with stages of the compiler that a test may replace.</summary>
internal sealed class GeneratorHost
{
    private readonly GeneratorProject _project;

    public GeneratorHost(
        CompilerStages? stages = null,
        bool allowUnsafe = true,
        LanguageVersion languageVersion = LanguageVersion.Latest,
        IReadOnlyDictionary<string, string>? properties = null,
        params MetadataReference[] references) =>
        _project = new GeneratorProject(new EfficientNetGenerator(stages ?? CompilerStages.Real), properties, languageVersion, allowUnsafe, references);

    public GeneratorHost Add(params SpecFile[] specs)
    {
        _project.Add(specs);
        return this;
    }

    public GeneratorHost Replace(SpecFile old, SpecFile replacement)
    {
        _project.Replace(old, replacement);
        return this;
    }

    public GeneratorHost AddCode(string code)
    {
        _project.AddCode(code);
        return this;
    }

    public GeneratorRunResult Run() => _project.Run().Result;
}
