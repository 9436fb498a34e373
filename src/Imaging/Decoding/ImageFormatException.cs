namespace EfficientNet.Imaging;

/// <summary>
/// A file or buffer that is no image this library reads, is broken, or is larger than the caller allows.
/// </summary>
/// <remarks>
/// The message is one line, <c>FILE: reason</c>, and the reason names the place and what was expected and found there.
/// A file that cannot be read at all is not a format's fault and stays an <see cref="IOException"/>.
/// </remarks>
public sealed class ImageFormatException : FormatException
{
    /// <summary>Creates the exception for one image.</summary>
    /// <param name="file">The path, or whatever name the caller gave the bytes.</param>
    /// <param name="reason">What is wrong and where; one line without a full stop.</param>
    /// <param name="innerException">What a decoder threw, if one did.</param>
    public ImageFormatException(string file, string reason, Exception? innerException = null)
        : base(OneLine($"{file}: {reason}"), innerException)
    {
        File = file;
        Reason = OneLine(reason);
    }

    /// <summary>The path, or the name the caller gave the bytes.</summary>
    public string File { get; }

    /// <summary>What is wrong and where, without the file's name.</summary>
    public string Reason { get; }

    // Names and chunk types come from outside; a line break or an escape in them must not reach a terminal.
    private static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, source) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
            }
        });
}
