namespace EfficientNet.Testing;

/// <summary>A text is not the accepted one; the message has the first line that differs.</summary>
public sealed class SnapshotException : Exception
{
    internal SnapshotException(string message)
        : base(message)
    {
    }
}
