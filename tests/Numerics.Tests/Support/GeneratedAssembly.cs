using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Model;
using EfficientNet.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>The generated class of a spec, compiled in memory as a user's project would compile it, and loaded.</summary>
internal sealed class GeneratedAssembly
{
    private static readonly ConcurrentDictionary<ArchitectureSpec, Lazy<GeneratedAssembly>> Compiled = new();

    private readonly Type _type;

    private GeneratedAssembly(ArchitectureSpec spec, Type type) => (Spec, _type) = (spec, type);

    /// <summary>What it was generated from.</summary>
    public ArchitectureSpec Spec { get; }

    /// <summary>The network's static description.</summary>
    public NetworkDescription Description =>
        (NetworkDescription)_type.GetProperty("Description", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>The class of a spec; compiled once for all tests.</summary>
    public static GeneratedAssembly Of(ArchitectureSpec spec) =>
        Compiled.GetOrAdd(spec, key => new Lazy<GeneratedAssembly>(() => OfAll([key])[0])).Value;

    /// <summary>The classes of several specs with different names, compiled together as one project; in the order of the specs.</summary>
    public static IReadOnlyList<GeneratedAssembly> OfAll(IReadOnlyList<ArchitectureSpec> specs) => OfFiles(specs, specs.SelectMany(FilesOf));

    /// <summary>The class of a plan, which a test may have changed, and whose text it may change.</summary>
    public static GeneratedAssembly OfPlan(CompiledPlan plan, Func<string, string>? change = null) =>
        OfFiles([plan.Spec], FilesOf(plan).Select(file => (file.Path, change is null ? file.Text : change(file.Text))))[0];

    /// <summary>The class of a spec in a project that checks arithmetic for overflow.</summary>
    public static GeneratedAssembly Checked(ArchitectureSpec spec) => OfFiles([spec], FilesOf(spec), checksOverflow: true)[0];

    /// <summary>The classes of several plans, compiled together.</summary>
    public static IReadOnlyList<GeneratedAssembly> OfPlans(IReadOnlyList<CompiledPlan> plans) => OfFiles([.. plans.Select(plan => plan.Spec)], plans.SelectMany(FilesOf));

    private static IReadOnlyList<GeneratedAssembly> OfFiles(IReadOnlyList<ArchitectureSpec> specs, IEnumerable<(string Path, string Text)> files, bool checksOverflow = false)
    {
        using var image = new MemoryStream();
        // Emitting finds every diagnostic of the code: asking for them first would compile it twice.
        CSharpCompilation compilation = Compile(specs[0].Name, files);
        EmitResult result = compilation.WithOptions(compilation.Options.WithOverflowChecks(checksOverflow)).Emit(image);
        result.Diagnostics
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => diagnostic.ToString())
            .ShouldBeEmpty($"the generated code of {string.Join(", ", specs.Select(spec => spec.Name))}");
        result.Success.ShouldBeTrue();
        image.Position = 0;
        var context = new AssemblyLoadContext(specs[0].Name, isCollectible: false);
        context.Resolving += (_, name) => name.Name == typeof(CompiledNetwork).Assembly.GetName().Name ? typeof(CompiledNetwork).Assembly : null;
        Assembly assembly = context.LoadFromStream(image);
        return specs.Select(spec => new GeneratedAssembly(spec, assembly.GetType($"{spec.Namespace}.{spec.Name}", throwOnError: true)!)).ToList();
    }

    /// <summary>All files of a spec, as the compiler writes them.</summary>
    public static IReadOnlyList<(string Path, string Text)> FilesOf(ArchitectureSpec spec) => FilesOf(NetworkCompiler.Plan(spec, CancellationToken.None));

    private static IReadOnlyList<(string Path, string Text)> FilesOf(CompiledPlan plan) =>
        NetworkCompiler.WriteSurface(plan).Concat(NetworkCompiler.WriteBodies(plan, CancellationToken.None)).Select(file => (file.HintName, file.Text)).ToList();

    /// <summary>The compilation of a project that has C# 10, which is all that generated code needs, and no implicit usings.</summary>
    public static CSharpCompilation Compile(ArchitectureSpec spec) => Compile(spec.Name, FilesOf(spec));

    private static CSharpCompilation Compile(string name, IEnumerable<(string Path, string Text)> files) => InMemoryCompilation.Create(
        name, files, LanguageVersion.CSharp10, implicitUsings: false, MetadataReference.CreateFromFile(typeof(CompiledNetwork).Assembly.Location));

    /// <summary>The network's training code.</summary>
    public TrainingProgram CreateTraining() =>
        (TrainingProgram)_type.GetMethod("CreateTraining", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null)!;

    /// <summary>The network with weights from a safetensors file in memory.</summary>
    public CompiledNetwork Load(byte[] weights, InstructionSet instructionSet)
    {
        MethodInfo load = _type.GetMethod("Load", [typeof(Stream), typeof(string), typeof(NetworkOptions)])!;
        using var stream = new MemoryStream(weights);
        return (CompiledNetwork)load.Invoke(null, BindingFlags.DoNotWrapExceptions, null,
            [stream, "weights.safetensors", new NetworkOptions { InstructionSet = instructionSet }], null)!;
    }
}
