using System.Collections.Immutable;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>A spec and the file it came from.</summary>
internal sealed record NamedSpec(string Path, ArchitectureSpec Spec);

/// <summary>A class that a spec makes, by its namespace and its full name.</summary>
internal sealed record NetworkName(string Path, string Namespace, string FullName)
{
    /// <summary>Whether it lies in a namespace of this name, or in one inside it.</summary>
    public bool LiesIn(string name) => $"{Namespace}.".StartsWith($"{name}.", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A spec whose class's name another file has made something of.</summary>
/// <param name="Path">The spec that is left out.</param>
/// <param name="FullName">The class.</param>
/// <param name="OtherPath">The spec that keeps the name: of two classes the first by its path, of a class and a namespace the one that lies in it.</param>
/// <param name="IsNamespace">Whether the other makes a namespace of that name.</param>
internal sealed record DuplicateNetwork(string Path, string FullName, string OtherPath, bool IsNamespace)
{
    /// <summary>
    /// Case is ignored, as the compiler ignores it in the names of generated files.
    /// </summary>
    public static EquatableArray<DuplicateNetwork> Find(ImmutableArray<NetworkName> names)
    {
        NetworkName[] all = [.. names.OrderBy(name => name.Path, StringComparer.Ordinal)];
        IGrouping<string, NetworkName>[] classes = [.. all.GroupBy(name => name.FullName, StringComparer.OrdinalIgnoreCase)];
        IEnumerable<DuplicateNetwork> again = classes.SelectMany(same => same.Skip(1).Select(name => new DuplicateNetwork(name.Path, name.FullName, same.First().Path, IsNamespace: false)));
        IEnumerable<DuplicateNetwork> around = classes.Select(same => same.First())
            .SelectMany(name => all.Where(other => other.LiesIn(name.FullName)).Take(1).Select(other => new DuplicateNetwork(name.Path, name.FullName, other.Path, IsNamespace: true)));
        return again.Concat(around).ToEquatableArray();
    }
}
