using System.Text.Json;

namespace EfficientNet.Cli.Tests.Support;

/// <summary>What timm sees in the sample photos with the float32 weights.</summary>
internal static class ExpectedPhotos
{
    public static IReadOnlyDictionary<string, (int Class, string Label, double Probability)[]> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.File("photos", "expected.json")));
        return document.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(
            photo => photo.GetProperty("file").GetString()!,
            photo => Top(photo.GetProperty("top5")));
    }

    /// <summary>The classes of one JSON line of the program, or of a file of expectations.</summary>
    public static (int Class, string Label, double Probability)[] Top(JsonElement top) => top.EnumerateArray()
        .Select(entry => (
            entry.GetProperty("class").GetInt32(),
            entry.GetProperty("label").GetString()!,
            entry.GetProperty("probability").GetDouble()))
        .ToArray();
}
