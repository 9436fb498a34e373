using EfficientNet.Compiler;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Testing;

/// <summary>A project in memory with the network generator in it, run again after each change as an editor would.</summary>
/// <example>
/// <code>
/// GeneratorRun run = new GeneratorProject().Add(new SpecFile("Tiny.efficientnet.json", text)).Run();
/// Snapshot.Match(run.File("Tiny.g.cs"), "Tiny", folder);
/// </code>
/// </example>
public sealed class GeneratorProject
{
    private CSharpCompilation _compilation;

    /// <summary>Makes a project without specs.</summary>
    /// <param name="properties">MSBuild properties that the generator can see, such as <c>RootNamespace</c>; null for none.</param>
    /// <param name="languageVersion">The project's C#.</param>
    /// <param name="allowUnsafe">The project's <c>AllowUnsafeBlocks</c>.</param>
    public GeneratorProject(
        IReadOnlyDictionary<string, string>? properties = null,
        LanguageVersion languageVersion = LanguageVersion.Latest,
        bool allowUnsafe = true)
        : this(new EfficientNetGenerator(), properties, languageVersion, allowUnsafe, [])
    {
    }

    internal GeneratorProject(
        IIncrementalGenerator generator,
        IReadOnlyDictionary<string, string>? properties,
        LanguageVersion languageVersion,
        bool allowUnsafe,
        IEnumerable<MetadataReference> references)
    {
        var parseOptions = new CSharpParseOptions(languageVersion);
        _compilation = CSharpCompilation.Create(
            "Project",
            [CSharpSyntaxTree.ParseText("class A;", parseOptions)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: allowUnsafe));
        Driver = CSharpGeneratorDriver.Create(
            [generator.AsSourceGenerator()],
            parseOptions: parseOptions,
            optionsProvider: new GeneratorOptions(properties ?? new Dictionary<string, string>()),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    /// <summary>Roslyn's driver after the last run, which is what Verify.SourceGenerators takes.</summary>
    public GeneratorDriver Driver { get; private set; }

    /// <summary>Adds spec files.</summary>
    /// <param name="specs">The files; each path once.</param>
    /// <returns>This project.</returns>
    public GeneratorProject Add(params SpecFile[] specs)
    {
        Driver = Driver.AddAdditionalTexts([.. specs]);
        return this;
    }

    /// <summary>Puts a file in another's place, as saving it in an editor does.</summary>
    /// <param name="old">A file that was added.</param>
    /// <param name="replacement">What it becomes.</param>
    /// <returns>This project.</returns>
    public GeneratorProject Replace(SpecFile old, SpecFile replacement)
    {
        Driver = Driver.ReplaceAdditionalText(old, replacement);
        return this;
    }

    /// <summary>Types a further C# file into the project.</summary>
    /// <param name="code">Its text.</param>
    /// <returns>This project.</returns>
    public GeneratorProject AddCode(string code)
    {
        _compilation = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(code, (CSharpParseOptions)_compilation.SyntaxTrees[0].Options));
        return this;
    }

    /// <summary>Runs the generator; what did not change since the last run is taken from it.</summary>
    /// <returns>Everything it made.</returns>
    public GeneratorRun Run()
    {
        Driver = Driver.RunGenerators(_compilation);
        return new GeneratorRun(Driver.GetRunResult().Results.Single());
    }
}
