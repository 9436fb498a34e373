using System.Collections.Immutable;
using System.Threading;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>
/// A name by which generated code calls a type, and by which the project calls something else in the network's namespace or around it: C# would find that first,
/// and say so in files that nobody wrote.
/// </summary>
/// <param name="Namespace">The network's namespace.</param>
/// <param name="Name">The name.</param>
/// <param name="Hiding">What hides the type, for a message.</param>
internal sealed record HiddenName(string Namespace, string Name, string Hiding)
{
    public static EquatableArray<HiddenName> Find(ImmutableArray<string> namespaces, Compilation compilation, CancellationToken token)
    {
        var hidden = new List<HiddenName>();
        foreach (string name in namespaces.Distinct().OrderBy(name => name, StringComparer.Ordinal))
        {
            token.ThrowIfCancellationRequested();
            INamespaceSymbol[] around = Around(name, compilation).ToArray();
            foreach (string called in Identifiers.LookedUp.Concat(Identifiers.LookedUpInTraining).Concat(Identifiers.LookedUpInChecks))
            {
                if (around.Select(space => Hides(space, called, compilation)).FirstOrDefault(found => found is not null) is { } hiding) hidden.Add(new HiddenName(name, called, hiding));
            }
        }

        return hidden.ToEquatableArray();
    }

    /// <summary>Whether it concerns the code of a network.</summary>
    public bool Concerns(ArchitectureSpec spec) => Namespace == spec.Namespace
        && (spec.Training || !Identifiers.LookedUpInTraining.Contains(Name)) && (spec.Checked || !Identifiers.LookedUpInChecks.Contains(Name));

    /// <summary>A namespace and those around it, the nearest first, as far as they are there without the network.</summary>
    private static IEnumerable<INamespaceSymbol> Around(string name, Compilation compilation)
    {
        var spaces = new Stack<INamespaceSymbol>([compilation.GlobalNamespace]);
        foreach (string part in name.Split('.'))
        {
            if (spaces.Peek().GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault() is not { } inner) break;
            spaces.Push(inner);
        }

        return spaces.Where(space => !Identifiers.Namespaces.Contains(space.ToDisplayString()));
    }

    /// <summary>What a namespace calls so, in words; nothing where it calls nothing so.</summary>
    private static string? Hides(INamespaceSymbol space, string name, Compilation compilation)
    {
        int arity = name is "Span" or "ReadOnlySpan" ? 1 : 0;
        return space.GetMembers(name).Select(member => member switch
        {
            INamedTypeSymbol type when type.Arity == arity && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly) => $"the type {type.ToDisplayString()}",
            INamespaceSymbol inner when arity == 0 => $"the namespace {inner.ToDisplayString()}",
            _ => null,
        }).FirstOrDefault(hiding => hiding is not null);
    }
}
