namespace EfficientNet.Compiler.Parsing;

/// <summary>What a spec takes from the project that holds it.</summary>
/// <param name="Namespace">Namespace of the generated class where the spec names none; a valid one.</param>
internal sealed record SpecDefaults(string Namespace)
{
    /// <summary>Of a project that says nothing about itself.</summary>
    public static readonly SpecDefaults Standard = new("EfficientNet.Networks");

    /// <summary>The namespace asked for on the item, else the project's root namespace, else the standard one.</summary>
    public static SpecDefaults From(string? itemNamespace, string? rootNamespace)
    {
        string asked = string.IsNullOrWhiteSpace(itemNamespace) ? rootNamespace ?? "" : itemNamespace!;
        string name = Identifiers.Sanitize(asked.Trim());
        return name.Length == 0 ? Standard : new SpecDefaults(name);
    }
}
