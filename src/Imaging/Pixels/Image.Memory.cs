namespace EfficientNet.Imaging;

/// <content>Images from pixels that are in memory already.</content>
public sealed partial class Image
{
    /// <summary>Copies pixels of three bytes: red, green, blue.</summary>
    /// <inheritdoc cref="FromGray" path="/param|/returns|/exception"/>
    public static Image FromRgb(ReadOnlySpan<byte> pixels, int width, int height, int stride = 0) =>
        FromMemory(pixels, width, height, stride, bytesPerPixel: 3, red: 0, green: 1, blue: 2);

    /// <summary>Copies pixels of three bytes: blue, green, red, as bitmaps and OpenCV have them.</summary>
    /// <inheritdoc cref="FromGray" path="/param|/returns|/exception"/>
    public static Image FromBgr(ReadOnlySpan<byte> pixels, int width, int height, int stride = 0) =>
        FromMemory(pixels, width, height, stride, bytesPerPixel: 3, red: 2, green: 1, blue: 0);

    /// <summary>Copies pixels of four bytes: red, green, blue and an alpha that is dropped, not blended.</summary>
    /// <inheritdoc cref="FromGray" path="/param|/returns|/exception"/>
    public static Image FromRgba(ReadOnlySpan<byte> pixels, int width, int height, int stride = 0) =>
        FromMemory(pixels, width, height, stride, bytesPerPixel: 4, red: 0, green: 1, blue: 2);

    /// <summary>Copies pixels of four bytes: blue, green, red and an alpha that is dropped, not blended.</summary>
    /// <inheritdoc cref="FromGray" path="/param|/returns|/exception"/>
    public static Image FromBgra(ReadOnlySpan<byte> pixels, int width, int height, int stride = 0) =>
        FromMemory(pixels, width, height, stride, bytesPerPixel: 4, red: 2, green: 1, blue: 0);

    /// <summary>Copies pixels of one byte, which becomes red, green and blue alike.</summary>
    /// <param name="pixels">
    /// The rows from the top, each starting <paramref name="stride"/> bytes after the one before. The last row needs
    /// only its pixels, not the padding behind them; bytes beyond that are not looked at.
    /// </param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1; at most <see cref="LargestPixelCount"/> pixels altogether.</param>
    /// <param name="stride">Bytes from one row's start to the next; 0 when rows follow each other without padding.</param>
    /// <returns>An image that does not share memory with <paramref name="pixels"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is not positive or too large, or the stride is shorter than a row.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> ends before the last pixel.</exception>
    public static Image FromGray(ReadOnlySpan<byte> pixels, int width, int height, int stride = 0) =>
        FromMemory(pixels, width, height, stride, bytesPerPixel: 1, red: 0, green: 0, blue: 0);

    private static Image FromMemory(
        ReadOnlySpan<byte> pixels, int width, int height, int stride, int bytesPerPixel, int red, int green, int blue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, LargestPixelCount, nameof(height));
        long rowBytes = (long)width * bytesPerPixel;
        if (stride == 0)
        {
            // Four-byte pixels of the largest image span more than an int, which no span holds: refused below.
            stride = (int)Math.Min(rowBytes, int.MaxValue);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(stride, rowBytes, nameof(stride));
        long needed = (long)stride * (height - 1) + rowBytes;
        if (pixels.Length < needed)
        {
            throw new ArgumentException(
                $"{height} rows of {rowBytes} bytes at a stride of {stride} take {needed} bytes, found {pixels.Length}.",
                nameof(pixels));
        }

        byte[] rgb = new byte[width * height * Channels];
        for (int y = 0, to = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Slice((int)((long)y * stride), (int)rowBytes);
            if (bytesPerPixel == Channels && red == 0)
            {
                row.CopyTo(rgb.AsSpan(to));
                to += row.Length;
                continue;
            }

            for (int from = 0; from < row.Length; from += bytesPerPixel, to += Channels)
            {
                rgb[to] = row[from + red];
                rgb[to + 1] = row[from + green];
                rgb[to + 2] = row[from + blue];
            }
        }

        return new Image(width, height, rgb);
    }
}
