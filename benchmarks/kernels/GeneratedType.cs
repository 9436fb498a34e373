using System.Runtime.Loader;
using EfficientNet.Compiler;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>A network as the generator writes it, with what a benchmark adds, compiled in memory.</summary>
internal static class GeneratedType
{
    /// <summary>The generator's files.</summary>
    public static IEnumerable<(string Path, string Text)> FilesOf(CompiledPlan plan) =>
        NetworkCompiler.WriteSurface(plan).Concat(NetworkCompiler.WriteBodies(plan, CancellationToken.None)).Select(file => (file.HintName, file.Text));

    /// <summary>The generated class.</summary>
    /// <exception cref="InvalidOperationException">The files do not compile.</exception>
    public static Type Of(CompiledPlan plan, IEnumerable<(string Path, string Text)> files)
    {
        string name = $"Kernels.{plan.Spec.Name}";
        using var image = new MemoryStream();
        var result = InMemoryCompilation.Create(
            name, files, LanguageVersion.CSharp10, implicitUsings: false, MetadataReference.CreateFromFile(typeof(CompiledNetwork).Assembly.Location)).Emit(image);
        if (!result.Success) throw new InvalidOperationException(result.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToString());
        image.Position = 0;
        var context = new AssemblyLoadContext(name, isCollectible: false);
        context.Resolving += (_, asked) => asked.Name == typeof(CompiledNetwork).Assembly.GetName().Name ? typeof(CompiledNetwork).Assembly : null;
        return context.LoadFromStream(image).GetType($"{plan.Spec.Namespace}.{plan.Spec.Name}", throwOnError: true)!;
    }
}
