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
/// <param name="IsEverywhere">Whether it hides the type in every namespace, because it stands in none.</param>
internal sealed record HiddenName(string Namespace, string Name, string Hiding, bool IsEverywhere)
{
    public static EquatableArray<HiddenName> Find(ImmutableArray<string> namespaces, Compilation compilation, CancellationToken token)
    {
        var hidden = new List<HiddenName>();
        // What networks lie in is there as soon as they are.
        var made = new HashSet<string>(namespaces.SelectMany(Outwards), StringComparer.Ordinal);
        foreach (string name in namespaces.Distinct().OrderBy(name => name, StringComparer.Ordinal))
        {
            token.ThrowIfCancellationRequested();
            string[] around = Outwards(name).Append("").Where(space => !Identifiers.Namespaces.Contains(space)).ToArray();
            INamespaceSymbol?[] symbols = around.Select(space => Symbol(space, compilation)).ToArray();
            foreach (string called in Identifiers.LookedUp.Concat(Identifiers.LookedUpInTraining).Concat(Identifiers.LookedUpInChecks))
            {
                for (int i = 0; i < around.Length; i++)
                {
                    string? written = symbols[i] is { } symbol ? Hides(symbol, called, compilation) : null;
                    if ((written ?? Hides(around[i], called, made)) is not { } hiding) continue;
                    hidden.Add(new HiddenName(name, called, hiding, IsEverywhere: written is not null && around[i].Length == 0));
                    break;
                }
            }
        }

        return hidden.ToEquatableArray();
    }

    /// <summary>What helps, for a message.</summary>
    public string Expected => IsEverywhere ? "another name, or one inside a namespace" : "another Namespace for the spec, or another name";

    /// <summary>Whether it concerns the code of a network.</summary>
    public bool Concerns(ArchitectureSpec spec) => Namespace == spec.Namespace
        && (spec.Training || !Identifiers.LookedUpInTraining.Contains(Name)) && (spec.Checked || !Identifiers.LookedUpInChecks.Contains(Name));

    /// <summary>A namespace and those around it, the nearest first, without the global one.</summary>
    private static IEnumerable<string> Outwards(string name)
    {
        for (int end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1)) yield return name.Substring(0, end);
    }

    /// <summary>A namespace as far as it is there without the networks; the global one for no name.</summary>
    private static INamespaceSymbol? Symbol(string name, Compilation compilation)
    {
        INamespaceSymbol? space = compilation.GlobalNamespace;
        foreach (string part in name.Split('.').Where(part => part.Length > 0)) space = space?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        return space;
    }

    /// <summary>What a namespace calls so because a network lies there.</summary>
    private static string? Hides(string space, string name, HashSet<string> made)
    {
        string inner = space.Length == 0 ? name : $"{space}.{name}";
        return ArityOf(name) == 0 && made.Contains(inner) ? $"the namespace {inner}" : null;
    }

    /// <summary>What a namespace calls so, in words; nothing where it calls nothing so.</summary>
    private static string? Hides(INamespaceSymbol space, string name, Compilation compilation)
    {
        int arity = ArityOf(name);
        return space.GetMembers(name).Select(member => member switch
        {
            INamedTypeSymbol type when type.Arity == arity && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly) => $"the type {type.ToDisplayString()}",
            INamespaceSymbol inner when arity == 0 => $"the namespace {inner.ToDisplayString()}",
            _ => null,
        }).FirstOrDefault(hiding => hiding is not null);
    }

    private static int ArityOf(string name) => name is "Span" or "ReadOnlySpan" ? 1 : 0;
}
