using System.Globalization;

namespace EfficientNet.Imaging.Decoding;

/// <summary>The bytes of one image file with the name that its errors go by.</summary>
internal readonly record struct EncodedImage(string Name, ReadOnlyMemory<byte> Bytes, ImageDecoderOptions Options)
{
    public int Length => Bytes.Length;

    public ReadOnlySpan<byte> Span => Bytes.Span;

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
