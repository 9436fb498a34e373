namespace EfficientNet.Imaging;

/// <summary>What a decoder may spend on one image.</summary>
public sealed class ImageDecoderOptions
{
    /// <summary>
    /// The default of <see cref="MaxPixels"/>: 89,478,485, which is 256 MiB of RGB bytes and Pillow's own limit
    /// (<c>Image.MAX_IMAGE_PIXELS</c>).
    /// </summary>
    public const long DefaultMaxPixels = 1024L * 1024 * 1024 / 4 / 3;

    /// <summary>The options a call without options uses.</summary>
    public static ImageDecoderOptions Default { get; } = new();

    /// <summary>
    /// The largest width × height that is decoded; a larger image is refused from its header, before any memory is
    /// taken for pixels. Decoding takes up to 6 bytes a pixel from PNG and about 25 from JPEG. Never more than <see cref="Image.LargestPixelCount"/>, whatever is asked for.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public long MaxPixels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = DefaultMaxPixels;
}
