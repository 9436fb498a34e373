using System.Collections.Immutable;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>A spec and the file it came from.</summary>
internal sealed record NamedSpec(string Path, ArchitectureSpec Spec);

/// <summary>A class that a spec makes, by its full name.</summary>
internal sealed record NetworkName(string Path, string FullName);

/// <summary>A spec whose class another file makes already.</summary>
/// <param name="Path">The spec that is left out.</param>
/// <param name="FullName">The class.</param>
/// <param name="FirstPath">The spec that keeps the class: the first by its path.</param>
internal sealed record DuplicateNetwork(string Path, string FullName, string FirstPath)
{
    /// <summary>
    /// Case is ignored, as the compiler ignores it in the names of generated files.
    /// </summary>
    public static EquatableArray<DuplicateNetwork> Find(ImmutableArray<NetworkName> names) =>
        names.OrderBy(name => name.Path, StringComparer.Ordinal)
            .GroupBy(name => name.FullName, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => group.Skip(1).Select(name => new DuplicateNetwork(name.Path, name.FullName, group.First().Path)))
            .ToEquatableArray();
}
