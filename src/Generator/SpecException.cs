namespace EfficientNet.Compiler;

/// <summary>A spec whose values are all allowed, of which together a network beyond one of <see cref="NetworkLimits"/> follows; it becomes a diagnostic at the named place of the JSON.</summary>
/// <param name="message">What is beyond which limit.</param>
/// <param name="jsonPath">The key that would have to change, as a JSON path; several joined by <c>|</c> where the first that the file states is to blame.</param>
internal sealed class SpecException(string message, string jsonPath) : Exception(message)
{
    public string JsonPath { get; } = jsonPath;
}
