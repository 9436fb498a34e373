using EfficientNet.Cli.Invocation;

namespace EfficientNet.Cli.Output;

/// <summary>An output that goes to a file or a pipe. What that does not take, because its disk is full say, ends the command.</summary>
/// <param name="stream">The output.</param>
/// <param name="name">What to call it; null for the one that errors go to: nobody could be told, and the exit code still says it.</param>
internal sealed class RedirectedStream(Stream stream, string? name) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="CommandFailureException">The output does not take the bytes.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (name is not null) throw new CommandFailureException($"{name}: cannot be written: {exception.Message}", exception);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => stream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
