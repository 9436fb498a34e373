namespace EfficientNet.Runtime;

/// <summary>A file that is written, without a buffer: what is not taken is said at once, and always as an <see cref="IOException"/>.</summary>
internal sealed class WrittenFile(string path, FileMode mode) : FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0)
{
    // Every other way to write comes here: a FileStream that is derived from takes none past it.
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        // Of a file that would be longer than its file system or the process's limit allows, .NET says that the argument is.
        catch (ArgumentOutOfRangeException exception)
        {
            throw new IOException($"File too large : '{Name}'", exception);
        }
    }
}
