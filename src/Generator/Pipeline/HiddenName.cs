using System.Collections.Immutable;
using System.Threading;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>
/// A name by which generated code calls a type, and by which the project calls something else in the network's namespace: C# would find that first,
/// and say so in files that nobody wrote. What lies further out is behind the usings of generated files.
/// </summary>
/// <param name="Namespace">The network's namespace.</param>
/// <param name="Name">The name.</param>
/// <param name="Hiding">What hides the type, for a message.</param>
internal sealed record HiddenName(string Namespace, string Name, string Hiding)
{
    public static EquatableArray<HiddenName> Find(ImmutableArray<string> namespaces, Compilation compilation, CancellationToken token)
    {
        var hidden = new List<HiddenName>();
        // What networks lie in is there as soon as they are.
        var made = new HashSet<string>(namespaces.SelectMany(Outwards), StringComparer.Ordinal);
        foreach (string space in namespaces.Distinct().Where(space => !Identifiers.Namespaces.Contains(space)).OrderBy(space => space, StringComparer.Ordinal))
        {
            token.ThrowIfCancellationRequested();
            INamespaceSymbol? symbol = Symbol(space, compilation);
            foreach (string called in Identifiers.LookedUp.Concat(Identifiers.LookedUpInTraining).Concat(Identifiers.LookedUpInChecks))
            {
                if ((symbol is null ? null : Hides(symbol, called, compilation)) is { } written) hidden.Add(new HiddenName(space, called, written));
                else if (IsMeant(called, arity: 0) && made.Contains($"{space}.{called}")) hidden.Add(new HiddenName(space, called, $"the namespace {space}.{called}"));
            }
        }

        return hidden.ToEquatableArray();
    }

    /// <summary>Whether it concerns the code of a network.</summary>
    public bool Concerns(ArchitectureSpec spec) => Namespace == spec.Namespace
        && (spec.Training || !Identifiers.LookedUpInTraining.Contains(Name)) && (spec.Checked || !Identifiers.LookedUpInChecks.Contains(Name));

    /// <summary>A namespace and those around it, the nearest first, without the global one.</summary>
    private static IEnumerable<string> Outwards(string name)
    {
        for (int end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1)) yield return name.Substring(0, end);
    }

    /// <summary>A namespace as far as it is there without the networks.</summary>
    private static INamespaceSymbol? Symbol(string name, Compilation compilation)
    {
        INamespaceSymbol? space = compilation.GlobalNamespace;
        foreach (string part in name.Split('.')) space = space?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        return space;
    }

    /// <summary>What a namespace calls so, in words; nothing where it calls nothing so.</summary>
    private static string? Hides(INamespaceSymbol space, string name, Compilation compilation)
    {
        return space.GetMembers(name).Select(member => member switch
        {
            // A type that its own file alone knows hides nothing from others.
            INamedTypeSymbol type when !type.IsFileLocal && IsMeant(name, type.Arity) && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly) => $"the type {type.ToDisplayString()}",
            INamespaceSymbol inner when IsMeant(name, arity: 0) => $"the namespace {inner.ToDisplayString()}",
            _ => null,
        }).FirstOrDefault(hiding => hiding is not null);
    }

    /// <summary>Whether generated code means something of so many type parameters by a name; of the vectors it calls the class and the generic type so.</summary>
    private static bool IsMeant(string name, int arity) => name switch
    {
        "Span" or "ReadOnlySpan" => arity == 1,
        "Vector128" or "Vector256" or "Vector512" => arity is 0 or 1,
        _ => arity == 0,
    };
}
