namespace EfficientNet.Runtime;

/// <summary>Tells by the first bytes what <c>torch.save</c> wrote: a zip archive (since PyTorch 1.6), or a row of
/// pickles that begins with a magic number (before, and on request still).</summary>
internal static class PyTorchSignature
{
    /// <summary>Bytes to look at.</summary>
    public const int Length = 24;

    private const byte Protocol = 0x80;
    private const byte HighestProtocol = 5;
    private const int FrameBytes = 9;

    // LONG1 of ten bytes: 0x1950A86A20F9469CFC6C.
    private static ReadOnlySpan<byte> Magic => [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    private static ReadOnlySpan<byte> LocalHeader => "PK\x03\x04"u8;

    // A safetensors file has a brace behind its header's length; a zip archive has the compression method there, and
    // a pickle that begins with a protocol is far too long a header.
    private const int BraceAt = 8;

    /// <summary>A zip archive.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> start)
    {
        return start.StartsWith(LocalHeader) && !HasBrace(start);
    }

    /// <summary>The format before PyTorch 1.6.</summary>
    public static bool IsLegacy(ReadOnlySpan<byte> start)
    {
        if (!BeginsPickle(start))
            return false;
        ReadOnlySpan<byte> behind = start[2..];
        // Protocol 4 wraps the number into a frame.
        return behind.StartsWith(Magic) || (behind[0] == (byte)PickleCode.Frame && behind.Length > FrameBytes && behind[FrameBytes..].StartsWith(Magic));
    }

    /// <summary>Refuses pickles that <c>torch.save</c> did not write, so that they are not taken for broken safetensors.</summary>
    /// <exception cref="WeightFileException">It is one.</exception>
    public static void ThrowIfUnreadable(string file, ReadOnlySpan<byte> start)
    {
        if (BeginsPickle(start) && !HasBrace(start) && !IsLegacy(start))
            throw new WeightFileException(file, "is a bare pickle, not what torch.save writes: it is not read") { Offset = 0 };
    }

    private static bool BeginsPickle(ReadOnlySpan<byte> start)
    {
        return start.Length > 2 && start[0] == Protocol && start[1] is >= 2 and <= HighestProtocol;
    }

    private static bool HasBrace(ReadOnlySpan<byte> start)
    {
        return start.Length > BraceAt && start[BraceAt] == (byte)'{';
    }
}
