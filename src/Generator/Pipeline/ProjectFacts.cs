using System.Collections.Immutable;
using System.Threading;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>What the generated code needs of the project that compiles it.</summary>
/// <param name="AllowsUnsafe">Whether <c>AllowUnsafeBlocks</c> is set: the kernels work on pointers.</param>
/// <param name="OutdatedLanguage">The project's C# where it is too old for the generated code; otherwise nothing.</param>
/// <param name="OtherRuntime">Version of the runtime that the project refers to where it is not the generator's; otherwise nothing.</param>
/// <param name="Hidden">Names of the project that hide what generated code means, for each namespace that is to hold a network.</param>
internal sealed record ProjectFacts(bool AllowsUnsafe, string? OutdatedLanguage, string? OtherRuntime, EquatableArray<HiddenName> Hidden)
{
    /// <summary>The C# of the oldest supported compiler.</summary>
    public const LanguageVersion OldestLanguage = LanguageVersion.CSharp10;

    /// <summary>The generator's own version: generated code calls the runtime of that version and no other.</summary>
    public static Version GeneratorVersion { get; } = typeof(ProjectFacts).Assembly.GetName().Version;

    public bool CanHold(ArchitectureSpec spec) => AllowsUnsafe && OutdatedLanguage is null && OtherRuntime is null && !HiddenFrom(spec).Any();

    public IEnumerable<HiddenName> HiddenFrom(ArchitectureSpec spec) => Hidden.Where(name => name.Concerns(spec));

    public static ProjectFacts Of(Compilation compilation, ImmutableArray<string> namespaces, CancellationToken token)
    {
        var csharp = (CSharpCompilation)compilation;
        Version? runtime = csharp.ReferencedAssemblyNames.FirstOrDefault(assembly => assembly.Name == "EfficientNet.Runtime")?.Version;
        return new ProjectFacts(
            csharp.Options.AllowUnsafe,
            csharp.LanguageVersion < OldestLanguage ? csharp.LanguageVersion.ToDisplayString() : null,
            runtime is null || runtime == GeneratorVersion ? null : runtime.ToString(),
            HiddenName.Find(namespaces, compilation, token));
    }
}
