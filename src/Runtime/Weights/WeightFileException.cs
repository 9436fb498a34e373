namespace EfficientNet.Runtime;

/// <summary>A weight file cannot be used. The message is one line: the file, a colon, the reason.</summary>
public sealed class WeightFileException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fileName">The file, as the caller named it.</param>
    /// <param name="reason">What is wrong, without the file's name.</param>
    /// <param name="innerException">What caused it, if an exception did.</param>
    public WeightFileException(string fileName, string reason, Exception? innerException = null)
        : base($"{Text.OneLine(fileName)}: {Text.OneLine(reason)}", innerException)
    {
        FileName = fileName;
        Reason = reason;
    }

    /// <summary>The file, as the caller named it.</summary>
    public string FileName { get; }

    /// <summary>What is wrong, without the file's name.</summary>
    public string Reason { get; }

    /// <summary>The byte of the file at which it was found, where there is one; the reason then says so too.</summary>
    public long? Offset { get; init; }
}
