namespace EfficientNet.Compiler.Parsing;

/// <summary>What a spec takes from the project that holds it.</summary>
/// <param name="Namespace">Namespace of the generated class where the spec names none; a valid one.</param>
/// <param name="ClassName">Name of the class in place of the spec's own, as it stands in the project; nothing where it is the spec's.</param>
/// <param name="Accessibility">Who sees the class, as it stands in the project; nothing for everyone.</param>
/// <param name="InstructionSets">The families of kernels that the class carries, as they stand in the project; nothing for all.</param>
/// <param name="Training">Whether the backward pass is generated too, as it stands in the project; nothing where the spec decides.</param>
/// <param name="Checked">Whether the generated code checks its use of memory, as it stands in the project; nothing for no.</param>
/// <param name="EmbedsWeights">Whether the build packs a weight file and embeds it.</param>
internal sealed record SpecDefaults(
    string Namespace,
    string? ClassName = null,
    string? Accessibility = null,
    string? InstructionSets = null,
    string? Training = null,
    string? Checked = null,
    bool EmbedsWeights = false)
{
    /// <summary>Of a project that says nothing about itself.</summary>
    public static readonly SpecDefaults Standard = new("EfficientNet.Networks");

    /// <summary>What the item says, else what the project says, else the standard.</summary>
    /// <param name="item">Value of an item's metadata by its name.</param>
    /// <param name="project">Value of a property by its name.</param>
    public static SpecDefaults From(Func<string, string?> item, Func<string, string?> project)
    {
        string? asked = First(item("Namespace"), project("EfficientNetNamespace"), project("RootNamespace"));
        string name = Identifiers.Sanitize(asked ?? "");
        return new SpecDefaults(
            name.Length == 0 ? Standard.Namespace : name,
            First(item("ClassName")),
            First(item("Accessibility"), project("EfficientNetAccessibility")),
            First(item("InstructionSets"), project("EfficientNetInstructionSets")),
            First(item("Training"), project("EfficientNetTraining")),
            First(item("Checked"), project("EfficientNetChecked")),
            First(item("Weights")) is not null);
    }

    private static string? First(params string?[] values) =>
        values.FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim();
}
