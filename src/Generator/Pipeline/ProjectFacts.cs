using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>What the generated code needs of the project that compiles it.</summary>
/// <param name="AllowsUnsafe">Whether <c>AllowUnsafeBlocks</c> is set: the kernels work on pointers.</param>
/// <param name="OutdatedLanguage">The project's C# where it is too old for the generated code; otherwise nothing.</param>
internal sealed record ProjectFacts(bool AllowsUnsafe, string? OutdatedLanguage)
{
    /// <summary>The C# of the oldest supported compiler.</summary>
    public const LanguageVersion OldestLanguage = LanguageVersion.CSharp10;

    public bool CanHoldNetworks => AllowsUnsafe && OutdatedLanguage is null;

    public static ProjectFacts Of(Compilation compilation)
    {
        var csharp = (CSharpCompilation)compilation;
        return new ProjectFacts(
            csharp.Options.AllowUnsafe, csharp.LanguageVersion < OldestLanguage ? csharp.LanguageVersion.ToDisplayString() : null);
    }
}
