using EfficientNet.Imaging.Decoding.Jpeg;
using EfficientNet.Imaging.Decoding.Png;

namespace EfficientNet.Imaging.Decoding;

/// <summary>Tells formats apart by their first bytes, never by a file's name.</summary>
internal static class ImageDecoder
{
    /// <summary>How many bytes <see cref="IsJpeg"/> looks at.</summary>
    public const int SignatureLength = 12;

    private enum Format
    {
        Png,
        Jpeg,
    }

    /// <summary>What every PNG file begins with.</summary>
    public static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Decodes a whole file to upright RGB.</summary>
    public static Image Decode(in EncodedImage source) => Identify(source) switch
    {
        Format.Png => PngDecoder.Decode(source),
        _ => JpegDecoder.Decode(source),
    };

    /// <summary>Whether the bytes start as a JPEG; throws where they start as nothing that is read here.</summary>
    public static bool IsJpeg(in EncodedImage source) => Identify(source) == Format.Jpeg;

    private static Format Identify(in EncodedImage source)
    {
        ReadOnlySpan<byte> start = source.Span[..Math.Min(source.Length, SignatureLength)];
        if (start.StartsWith(PngSignature)) return Format.Png;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Format.Jpeg;
        if (start.IsEmpty) throw source.Error($"the file is empty");
        if (OtherFormat(start) is { } other) throw source.Error($"{other} is not supported: only PNG and JPEG are read");

        throw source.Error(
            $"neither PNG nor JPEG: expected to start with 89 50 4E 47 0D 0A 1A 0A or FF D8 FF, found {Hex(start)}");
    }

    private static string Hex(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexString(bytes[..Math.Min(bytes.Length, PngSignature.Length)]).Chunk(2)
            .Aggregate(string.Empty, static (text, pair) => text.Length == 0 ? new string(pair) : $"{text} {new string(pair)}");

    // Only to answer with the format's name: these are what people have in a folder of photos.
    private static string? OtherFormat(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("GIF8"u8) => "GIF",
        _ when start.StartsWith("BM"u8) => "BMP",
        _ when start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) => "TIFF",
        _ when start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8) => "WebP",
        _ when start.Length >= 12 && start[4..8].SequenceEqual("ftyp"u8) => "an ISO media file (HEIC, AVIF or a video)",
        _ => null,
    };
}
