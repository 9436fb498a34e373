namespace EfficientNet.Training;

/// <summary>Images with known classes cannot be used: the message names the file, the place in it, and what was expected and found.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="file">The file or folder.</param>
    /// <param name="reason">What is wrong with it, and where.</param>
    /// <param name="innerException">What caused it, if an exception did.</param>
    public DatasetException(string file, string reason, Exception? innerException = null)
        : base($"{file}: {reason}", innerException)
    {
        File = file;
        Reason = reason;
    }

    /// <summary>The file or folder.</summary>
    public string File { get; }

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; }
}
