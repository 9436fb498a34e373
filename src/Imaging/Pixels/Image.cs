using System.Diagnostics;

namespace EfficientNet.Imaging;

/// <summary>
/// An image of 8-bit RGB pixels, upright, row by row from the top left: byte <c>(y · Width + x) · 3 + c</c> is channel
/// c (red, green, blue) of pixel (x, y). It never changes once made, so that any number of threads may read it.
/// </summary>
/// <remarks>
/// Values are as stored, in the file's own (usually sRGB) encoding: colour profiles, gamma and alpha are left out, as
/// Pillow's <c>convert("RGB")</c> leaves them out and as networks are trained.
/// </remarks>
[DebuggerDisplay("{Width} x {Height}")]
public sealed partial class Image : IPixelRows
{
    /// <summary>Bytes of a pixel.</summary>
    internal const int Channels = 3;

    private readonly byte[] pixels;

    /// <summary>Takes over an array of RGB bytes that nobody else will write to.</summary>
    internal Image(int width, int height, byte[] pixels)
    {
        Debug.Assert(width > 0 && height > 0 && pixels.LongLength == (long)width * height * Channels);
        Width = width;
        Height = height;
        this.pixels = pixels;
    }

    /// <summary>The most pixels an image can have, because they lie in one array of bytes.</summary>
    public static long LargestPixelCount => Array.MaxLength / Channels;

    /// <summary>Columns of pixels, at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels, at least 1.</summary>
    public int Height { get; }

    /// <summary>All pixels, <c>Width · Height · 3</c> bytes in the order the class describes.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>One row of pixels, <c>Width · 3</c> bytes.</summary>
    /// <param name="y">The row, counted from 0 at the top.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="y"/> is not in the image.</exception>
    public ReadOnlySpan<byte> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return pixels.AsSpan(y * Width * Channels, Width * Channels);
    }
}
