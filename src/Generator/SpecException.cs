using EfficientNet.Compiler.Diagnostics;

namespace EfficientNet.Compiler;

/// <summary>A spec that is well formed but cannot be built; it becomes a diagnostic at the named place of the JSON.</summary>
/// <param name="message">What cannot be built and why.</param>
/// <param name="jsonPath">The key that would have to change, as a JSON path; several joined by <c>|</c> where the first that the file states is to blame.</param>
/// <param name="diagnosticId">The diagnostic that it becomes.</param>
internal sealed class SpecException(string message, string jsonPath, string diagnosticId = DiagnosticIds.CannotBeBuilt) : Exception(message)
{
    public string JsonPath { get; } = jsonPath;

    public string DiagnosticId { get; } = diagnosticId;

    /// <summary>A number beyond one of <see cref="NetworkLimits"/>.</summary>
    public static SpecException BeyondLimit(string message, string jsonPath) => new(message, jsonPath, DiagnosticIds.LimitExceeded);
}
