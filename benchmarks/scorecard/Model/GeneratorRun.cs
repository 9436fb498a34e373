using System.Collections.Immutable;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Compiler;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>The generator in the compiler's driver, without a compiler around it.</summary>
internal sealed class GeneratorRun
{
    /// <summary>The driver tracks steps of its own too, such as reading the compilation, which an edit always changes.</summary>
    private static readonly HashSet<string> PipelinesOwn = typeof(PipelineSteps).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();

    private GeneratorDriver _driver;
    private CSharpCompilation _compilation;

    /// <summary>A project with some of the repository's specs.</summary>
    /// <param name="networks">Names of specs.</param>
    public GeneratorRun(params string[] networks)
        : this(training: false, networks)
    {
    }

    /// <summary>A project with some of the repository's specs.</summary>
    /// <param name="training">Whether they ask for their backward pass, whatever they say.</param>
    /// <param name="networks">Names of specs.</param>
    public GeneratorRun(bool training, params string[] networks)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        _compilation = CSharpCompilation.Create(
            "Project",
            [CSharpSyntaxTree.ParseText("class A;", parse)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        _driver = CSharpGeneratorDriver.Create(
            [new EfficientNetGenerator().AsSourceGenerator()],
            additionalTexts: networks.Select(name => new SpecFile(name, training)).ToImmutableArray<AdditionalText>(),
            parseOptions: parse,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        // The driver and the compilation are the compiler's own cost: they are warm before anything is measured.
        CSharpGeneratorDriver.Create([], parseOptions: parse).RunGenerators(_compilation);
    }

    /// <summary>Types a further class into the project, as an edit that has nothing to do with a network.</summary>
    public void EditCode() =>
        _compilation = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class B { void M() { } }", (CSharpParseOptions)_compilation.SyntaxTrees[0].Options));

    /// <summary>Runs the generator on what changed since the last run.</summary>
    /// <exception cref="InvalidOperationException">It reports an error.</exception>
    public GeneratorRunResult Run()
    {
        _driver = _driver.RunGenerators(_compilation);
        GeneratorRunResult result = _driver.GetRunResult().Results.Single();
        if (result.Exception is not null) throw new InvalidOperationException("the generator failed", result.Exception);
        return result.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } error
            ? throw new InvalidOperationException(error.ToString())
            : result;
    }

    /// <summary>Steps and outputs that were computed again, although some may have found what they found before.</summary>
    /// <param name="result">A run.</param>
    /// <param name="except">A step that is not asked about.</param>
    public static (int Computed, int All) Steps(GeneratorRunResult result, string? except = null)
    {
        IncrementalStepRunReason[] reasons = result.TrackedSteps.Where(step => PipelinesOwn.Contains(step.Key) && step.Key != except)
            .Concat(result.TrackedOutputSteps)
            .SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason).ToArray();
        return (reasons.Count(reason => reason != IncrementalStepRunReason.Cached), reasons.Length);
    }

    private sealed class SpecFile(string name, bool training) : AdditionalText
    {
        private const string Asked = "\"training\": true";

        private readonly SourceText _text = SourceText.From(Text(File.ReadAllText(Folders.InRepository("specs", $"{name}.efficientnet.json")), training));

        public override string Path { get; } = $"{name}.efficientnet.json";

        private static string Text(string spec, bool training) => training && !spec.Contains(Asked, StringComparison.Ordinal) ? spec.Insert(spec.IndexOf('{') + 1, $"{Asked}, ") : spec;

        public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
    }
}
