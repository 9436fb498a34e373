using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Data that cannot be trained on. The message is <c>FILE: reason</c>, and the reason names the place, what was expected and what was found there.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>A fault that has its own words.</summary>
    /// <param name="file">The file, folder or image.</param>
    /// <param name="reason">What is wrong and where, without a full stop.</param>
    /// <param name="innerException">What a reader threw, if one did.</param>
    public DatasetException(string file, string reason, Exception? innerException = null)
        : base($"{Text.OneLine(file)}: {reason}", innerException)
    {
        File = file;
        Reason = reason;
    }

    /// <summary>Something else than what was expected. What a table says is put on one line, whatever it holds.</summary>
    /// <param name="file">The file or folder.</param>
    /// <param name="place">The line, image or byte.</param>
    /// <param name="expected">What should be there.</param>
    /// <param name="found">What is there.</param>
    internal DatasetException(string file, string place, string expected, string found)
        : this(file, Text.OneLine($"{place}: expected {expected}, found {found}"))
    {
    }

    /// <summary>A file or a folder that the system does not read.</summary>
    internal static DatasetException Unreadable(string path, Exception exception)
    {
        return new DatasetException(path, exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => "there is no such file or folder",
            UnauthorizedAccessException => Directory.Exists(path) ? "is a folder" : "may not be read",
            _ => $"cannot be read: {exception.Message}",
        }, exception);
    }

    /// <summary>The file, folder or image.</summary>
    public string File { get; }

    /// <summary>What is wrong and where, without the file's name.</summary>
    public string Reason { get; }
}
