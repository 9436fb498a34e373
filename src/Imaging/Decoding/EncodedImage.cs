using System.Globalization;

namespace EfficientNet.Imaging.Decoding;

/// <summary>The bytes of one image file with the name that its errors go by.</summary>
internal readonly record struct EncodedImage(string Name, ReadOnlyMemory<byte> Bytes, ImageDecoderOptions Options)
{
    public int Length => Bytes.Length;

    public ReadOnlySpan<byte> Span => Bytes.Span;

    /// <summary>Reads a file that begins as an image does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits for whoever decodes it.</param>
    /// <param name="jpegOnly">Whether only a JPEG is wanted: of a PNG no bytes are returned.</param>
    /// <exception cref="ImageFormatException">It begins as neither PNG nor JPEG.</exception>
    public static EncodedImage Read(string path, ImageDecoderOptions options, bool jpegOnly = false)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

        // A film or a disk image lying among the photos is refused by its first bytes and not read to its end.
        byte[] start = new byte[ImageDecoder.SignatureLength];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        EncodedImage beginning = new(path, start.AsMemory(0, read), options);
        if (!ImageDecoder.IsJpeg(beginning) && jpegOnly) return new EncodedImage(path, default, options);

        // What cannot seek, a pipe say, has no length to trust.
        long length = file.CanSeek ? file.Length : read;
        if (length > Array.MaxLength) throw beginning.Error($"the file has {length} bytes, more than the {Array.MaxLength} that can be read");
        using MemoryStream whole = new((int)Math.Max(length, read));
        whole.Write(start, 0, read);
        file.CopyTo(whole);
        return new EncodedImage(path, whole.GetBuffer().AsMemory(0, (int)whole.Length), options);
    }

    /// <summary>The exception for this image; <paramref name="reason"/> is formatted the same in every culture.</summary>
    public ImageFormatException Error(FormattableString reason, Exception? inner = null) =>
        new(Name, reason.ToString(CultureInfo.InvariantCulture), inner);

    /// <summary>Refuses an image of no pixels or of more than the caller allows.</summary>
    public void CheckSize(string format, long width, long height, int offset)
    {
        if (width < 1 || height < 1)
        {
            throw Error($"{format} header at byte {offset}: {width} x {height} pixels, but an image has at least one each way");
        }

        long limit = Math.Min(Options.MaxPixels, Image.LargestPixelCount);
        // Dimensions are at most 2^32 - 1 each, so the product fits no long: divide instead.
        if (width > limit / height)
        {
            throw Error($"{format} header at byte {offset}: {width} x {height} pixels are more than the {limit} allowed");
        }
    }
}
