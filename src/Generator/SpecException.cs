namespace EfficientNet.Compiler;

/// <summary>A spec that is well formed but cannot be built; it becomes a diagnostic at the named place of the JSON.</summary>
/// <param name="message">What cannot be built and why.</param>
/// <param name="jsonPath">The key that would have to change, as a JSON path.</param>
internal sealed class SpecException(string message, string jsonPath) : Exception(message)
{
    public string JsonPath { get; } = jsonPath;
}
