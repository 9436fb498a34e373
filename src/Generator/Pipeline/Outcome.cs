using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>What a step made of one spec, or why it made nothing: an exception that left a step would end the whole generator.</summary>
/// <param name="Path">The spec file.</param>
/// <param name="Value">The result; default where there is a failure.</param>
/// <param name="Failure">The reason there is no result.</param>
internal sealed record Outcome<T>(string Path, T? Value, StepFailure? Failure)
    where T : IEquatable<T>;

/// <summary>Why a step failed: compared by value, holding no exception.</summary>
/// <param name="Path">The spec file.</param>
/// <param name="DiagnosticId">The diagnostic that says so.</param>
/// <param name="JsonPath">The value to blame, where it is the spec's fault; nothing where it is ours.</param>
/// <param name="Arguments">What fills the diagnostic's message.</param>
internal sealed record StepFailure(string Path, string DiagnosticId, string? JsonPath, EquatableArray<string> Arguments);

internal static class Outcome
{
    /// <summary>Runs a step; every exception but cancellation becomes a failure.</summary>
    public static Outcome<T> Of<T>(string path, string network, string step, Func<T> run)
        where T : IEquatable<T>
    {
        try
        {
            return new Outcome<T>(path, run(), null);
        }
        catch (SpecException exception)
        {
            EquatableArray<string> arguments = new[] { network, OneLine(exception.Message) }.ToEquatableArray();
            return new Outcome<T>(path, default, new StepFailure(path, DiagnosticIds.LimitExceeded, exception.JsonPath, arguments));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Outcome<T>(path, default, new StepFailure(path, DiagnosticIds.InternalError, null, InternalError(step, exception)));
        }
    }

    /// <summary>The arguments of the diagnostic for a mistake of our own.</summary>
    public static EquatableArray<string> InternalError(string step, Exception exception) =>
        new[] { step, exception.GetType().FullName!, OneLine(exception.Message) }.ToEquatableArray();

    private static string OneLine(string message) => message.Replace("\r", "").Replace('\n', ' ');
}
