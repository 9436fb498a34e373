namespace EfficientNet.Imaging;

/// <content>Parts of images, and images on a larger ground.</content>
public sealed partial class Image
{
    /// <summary>Copies a rectangle.</summary>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="width">Its columns, at least 1.</param>
    /// <param name="height">Its rows, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or not within the image.</exception>
    public Image Crop(int left, int top, int width, int height)
    {
        CheckWithin(left, width, Width, nameof(width));
        CheckWithin(top, height, Height, nameof(height));
        byte[] part = new byte[width * height * Channels];
        for (int y = 0; y < height; y++)
        {
            pixels.AsSpan(((top + y) * Width + left) * Channels, width * Channels).CopyTo(part.AsSpan(y * width * Channels));
        }

        return new Image(width, height, part);
    }

    /// <summary>Puts the image in the middle of a black one; what cannot be halved goes to the right and below.</summary>
    /// <param name="width">Columns of the result, at least the image's own.</param>
    /// <param name="height">Rows of the result, at least the image's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is smaller than the image's, or too large.</exception>
    public Image Pad(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, LargestPixelCount, nameof(height));
        byte[] padded = new byte[width * height * Channels];
        int left = (width - Width) / 2, top = (height - Height) / 2;
        for (int y = 0; y < Height; y++) Row(y).CopyTo(padded.AsSpan(((top + y) * width + left) * Channels));
        return new Image(width, height, padded);
    }

    /// <summary>Throws unless a stretch lies within a side.</summary>
    internal static void CheckWithin(int start, int length, int whole, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, name);
        if (start < 0 || start > whole - length)
        {
            throw new ArgumentOutOfRangeException(name, $"{start} to {(long)start + length} is not within 0 to {whole}.");
        }
    }
}
