namespace EfficientNet.Training;

/// <summary>A run cannot begin, or cannot go on: the message says what was expected and what was found.</summary>
/// <param name="message">The reason.</param>
/// <param name="innerException">What caused it, if an exception did.</param>
public sealed class RunException(string message, Exception? innerException = null) : Exception(message, innerException);
