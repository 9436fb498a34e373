namespace EfficientNet.Cli.Invocation;

/// <summary>Ends a command with one line on standard error and <see cref="ExitCode.Failure"/>.</summary>
/// <param name="message">The file, a colon, the reason.</param>
/// <param name="innerException">What caused it, if an exception did.</param>
internal sealed class CommandFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
