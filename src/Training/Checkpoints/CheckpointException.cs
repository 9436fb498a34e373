using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A checkpoint cannot be used: the message, one line, names the file, and what was expected and found.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="innerException">What caused it, if an exception did.</param>
    public CheckpointException(string file, string reason, Exception? innerException = null)
        : base($"{Text.OneLine(file)}: {Text.OneLine(reason)}", innerException)
    {
        File = file;
        Reason = reason;
    }

    /// <summary>The checkpoint.</summary>
    public string File { get; }

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; }
}
