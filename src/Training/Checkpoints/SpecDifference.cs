using System.Text.Json;

namespace EfficientNet.Training;

/// <summary>Where two specs with every default written out differ first.</summary>
internal static class SpecDifference
{
    private const int LongestValue = 80;

    /// <summary>The first member that differs, with what both say; null where nothing does.</summary>
    /// <param name="found">The spec that was found; null for none.</param>
    /// <param name="expected">The spec that was expected; null for none.</param>
    public static string? Between(string? found, string? expected)
    {
        if (found == expected)
            return null;
        if (found is null || expected is null)
            return $"found {Short(found)}, expected {Short(expected)}";
        Dictionary<string, string> one = Members(found), other = Members(expected);
        string? name = other.Keys.Concat(one.Keys).FirstOrDefault(name => one.GetValueOrDefault(name) != other.GetValueOrDefault(name));
        return name is null
            ? $"found {Short(found)}, expected {Short(expected)}"
            : $"found \"{name}\": {Short(one.GetValueOrDefault(name))}, expected {Short(other.GetValueOrDefault(name))}";
    }

    private static Dictionary<string, string> Members(string spec)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(spec);
            return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return []; // no object of JSON: the texts are said whole
        }
    }

    private static string Short(string? text)
    {
        if (text is null)
            return "none";
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestValue ? line : $"{line.AsSpan(0, LongestValue)}…";
    }
}
