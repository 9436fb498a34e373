using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Invocation;

/// <summary>Says why a file cannot be used, in the words of this program rather than the platform's.</summary>
internal static class FileReason
{
    /// <summary>Whether an exception is about a file, and not a mistake in the program.</summary>
    public static bool Explains(Exception exception) =>
        exception is ImageFormatException or IOException or UnauthorizedAccessException or OutOfMemoryException or NotSupportedException;

    /// <summary>The file, a colon, the reason.</summary>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="exception">One that <see cref="Explains"/>.</param>
    public static string Line(string file, Exception exception) => $"{file}: {Of(file, exception)}";

    /// <summary>Writes a file, or creates a folder; what goes wrong ends the command.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="write">Does it.</param>
    public static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        // What is wrong with the weights that are being written says so itself, and so does what needs too much memory.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && exception is not WeightFileException)
        {
            string reason = exception switch
            {
                DirectoryNotFoundException => Path.EndsInDirectorySeparator(path) && Directory.Exists(path) ? "is a folder" : "the folder does not exist",
                UnauthorizedAccessException => "may not be written",
                _ => $"cannot be written: {exception.Message}",
            };
            throw new CommandFailureException($"{path}: {reason}", exception);
        }
    }

    private static string Of(string file, Exception exception) => exception switch
    {
        ImageFormatException format => format.Reason,
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => Directory.Exists(file) ? "is a folder" : "may not be read",
        OutOfMemoryException => "not enough memory",
        _ => $"cannot be read: {exception.Message}",
    };
}
