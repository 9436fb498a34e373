using System.Drawing;
using EfficientNet.Imaging.Decoding;
using EfficientNet.Imaging.Decoding.Jpeg;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging;

/// <summary>
/// A JPEG in memory whose size is known before its pixels are made, for whoever needs a part of an image or a smaller one: training crops of photos.
/// </summary>
/// <remarks>It never changes, so that any number of threads may decode it. Every call reads the whole file, so that a broken one is refused whichever part is asked for.</remarks>
public sealed class JpegFile
{
    private readonly EncodedImage source;
    private readonly JpegHeader header;
    private readonly int reduction;

    /// <summary>Reads the header.</summary>
    /// <param name="bytes">The whole file. They are kept and must not change.</param>
    /// <param name="name">What errors call the image; anything, a file's name at best.</param>
    /// <param name="options">Limits; <see cref="ImageDecoderOptions.Default"/> when null.</param>
    /// <exception cref="ImageFormatException">The bytes are no JPEG, its header is broken, or it holds more pixels than allowed.</exception>
    public JpegFile(ReadOnlyMemory<byte> bytes, string name, ImageDecoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        source = new EncodedImage(name, bytes, options ?? ImageDecoderOptions.Default);
        if (!ImageDecoder.IsJpeg(source)) throw source.Error($"expected a JPEG, found a PNG");
        header = JpegHeader.Read(source);
        reduction = 1;
    }

    private JpegFile(JpegFile whole, int reduction)
    {
        (source, header) = (whole.source, whole.header);
        this.reduction = reduction;
    }

    /// <summary>Columns of the image once it is upright, at least 1.</summary>
    public int Width => header.UprightSize(reduction).Width;

    /// <summary>Rows of the image once it is upright, at least 1.</summary>
    public int Height => header.UprightSize(reduction).Height;

    /// <summary>Reads a file if it begins as a JPEG does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; <see cref="ImageDecoderOptions.Default"/> when null.</param>
    /// <returns>Null for a PNG: <see cref="Image.Load"/> reads it.</returns>
    /// <exception cref="ImageFormatException">The file is neither PNG nor JPEG, its header is broken, or it is larger than allowed.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static JpegFile? TryLoad(string path, ImageDecoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= ImageDecoderOptions.Default;
        EncodedImage whole = EncodedImage.Read(path, options, jpegOnly: true);
        return whole.Length == 0 ? null : new JpegFile(whole.Bytes, path, options);
    }

    /// <summary>
    /// The same image at a part of its size, sides rounded up: a sample is an inverse DCT of its block's lowest 8 / <paramref name="factor"/> frequencies each way, so that
    /// what the smaller image cannot hold is left out and most of the arithmetic with it. It resembles the image shrunk afterwards and is not equal to it.
    /// </summary>
    /// <param name="factor">Of the size in the file: 1, 2, 4 or 8.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="factor"/> is another number.</exception>
    public JpegFile Reduced(int factor) => factor is 1 or 2 or 4 or 8
        ? new JpegFile(this, factor)
        : throw new ArgumentOutOfRangeException(nameof(factor), factor, "A JPEG is reduced by 1, 2, 4 or 8.");

    /// <summary>The whole image; unless it is reduced, what <see cref="Image.Decode"/> makes of the file.</summary>
    /// <exception cref="ImageFormatException">The file is broken.</exception>
    public Image Decode() => DecodeRegion(0, 0, Width, Height);

    /// <summary>A rectangle of the image, equal to <see cref="Image.Crop"/> of <see cref="Decode"/> to the bit.</summary>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="width">Its columns, at least 1.</param>
    /// <param name="height">Its rows, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or not within the image.</exception>
    /// <exception cref="ImageFormatException">The file is broken.</exception>
    public Image DecodeRegion(int left, int top, int width, int height)
    {
        Image.CheckWithin(left, width, Width, nameof(width));
        Image.CheckWithin(top, height, Height, nameof(height));
        return JpegDecoder.DecodeRegion(source, header, reduction, new Rectangle(left, top, width, height));
    }

    /// <summary>A rectangle of the image resized, equal to <see cref="ImageResizer.Resize"/> of <see cref="DecodeRegion"/> to the bit, and made without the pixels between where the file's are upright.</summary>
    /// <param name="left">The rectangle's first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="width">Its columns, at least 1.</param>
    /// <param name="height">Its rows, at least 1.</param>
    /// <param name="toWidth">Columns of the result, at least 1.</param>
    /// <param name="toHeight">Rows of the result, at least 1.</param>
    /// <param name="interpolation">The filter.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or not within the image, a size is not positive or too large, or the filter is unknown.</exception>
    /// <exception cref="ImageFormatException">The file is broken.</exception>
    public Image ResizeRegion(int left, int top, int width, int height, int toWidth, int toHeight, Interpolation interpolation)
    {
        Image.CheckWithin(left, width, Width, nameof(width));
        Image.CheckWithin(top, height, Height, nameof(height));
        ImageResizer.CheckSize(toWidth, toHeight);
        ImageResizer.CheckKnown(interpolation);
        return JpegDecoder.ResizeRegion(source, header, reduction, new Rectangle(left, top, width, height), new Size(toWidth, toHeight), interpolation);
    }
}
