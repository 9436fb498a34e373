using System.Text.Json;

namespace EfficientNet.Training.Tests.Support;

/// <summary>What Pillow made of one small image (Fixtures/make_reference.py).</summary>
internal static class PillowReference
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "reference.json"))).RootElement;

    /// <summary>One result, to be changed freely.</summary>
    public static PixelBuffer Read(string name)
    {
        JsonElement result = Root.GetProperty(name);
        return new PixelBuffer(result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32(), Convert.FromHexString(result.GetProperty("rgb").GetString()!));
    }

    public static IEnumerable<string> Names(string operation)
    {
        return Root.EnumerateObject().Select(entry => entry.Name).Where(name => name.StartsWith(operation + " ", StringComparison.Ordinal));
    }
}
