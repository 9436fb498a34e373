using EfficientNet.Compiler.Parsing;

namespace EfficientNet.Compiler.Packing;

/// <summary>What is to be packed, for which spec.</summary>
/// <param name="Spec">The spec's file.</param>
/// <param name="Weights">The weight file.</param>
/// <param name="Packed">Where the packed weights go.</param>
/// <param name="Resource">Where the name of their resource goes.</param>
/// <param name="Defaults">What the project says of the spec.</param>
internal sealed record PackingOptions(string Spec, string Weights, string Packed, string Resource, SpecDefaults Defaults)
{
    /// <summary>Reads lines of <c>key=value</c>. Keys in capitals are item metadata and properties, by their own names.</summary>
    public static PackingOptions Read(string path)
    {
        Dictionary<string, string> values = File.ReadLines(path)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new PackingOptions(
            values["spec"], values["weights"], values["packed"], values["resource"], SpecDefaults.From(values.GetValueOrDefault, values.GetValueOrDefault));
    }
}
