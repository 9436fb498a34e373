using System.Runtime.Intrinsics;
using EfficientNet.Imaging.Resizing;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging;

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does for 8-bit RGB, to the bit: antialiased, across first and then down,
/// each rounded to 8 bits, weights in fixed point with 22 bits of fraction.
/// </summary>
/// <remarks>
/// Networks are sensitive to the resize they were trained with, and "bicubic" alone names a dozen different results.
/// </remarks>
public static class ImageResizer
{
    /// <summary>Resizes a whole image.</summary>
    /// <param name="image">The image; it stays as it is.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="interpolation">The filter.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, too large, or the filter is unknown.</exception>
    public static Image Resize(Image image, int width, int height, Interpolation interpolation)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckSize(width, height);
        CheckKnown(interpolation);
        return ResizeRegion(image, width, height, interpolation, left: 0, top: 0, width, height);
    }

    /// <summary>Throws for a result without pixels, or of more than an image can have.</summary>
    internal static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, Image.LargestPixelCount, nameof(height));
    }

    /// <summary>Throws for a filter that is not one of the enumeration's.</summary>
    internal static void CheckKnown(Interpolation interpolation)
    {
        if (interpolation is not (Interpolation.Bicubic or Interpolation.Bilinear))
        {
            throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "Neither bicubic nor bilinear.");
        }
    }

    /// <summary>
    /// What a crop of the resized image would hold, without making the rest of it: a strip of an image resized to its
    /// shorter side may be larger than memory. Rows are asked for downwards, each at most once.
    /// </summary>
    internal static Image ResizeRegion(
        IPixelRows image, long width, long height, Interpolation interpolation, long left, long top, int regionWidth, int regionHeight)
    {
        ResampleAxis across = ResampleAxis.Create(image.Width, width, left, regionWidth, interpolation);
        ResampleAxis down = ResampleAxis.Create(image.Height, height, top, regionHeight, interpolation);

        byte[] result = GC.AllocateUninitializedArray<byte>(regionWidth * regionHeight * Image.Channels);
        int rowBytes = regionWidth * Image.Channels;
        int[] sums = new int[rowBytes];
        Vector128<int>[] widened = new Vector128<int>[across.End - across.First];
        // Rows resized across, as many as one output row looks at; input row y lies in place y modulo their number.
        byte[][] window = new byte[down.LargestSpan][];
        int next = down.First;
        for (int y = 0; y < regionHeight; y++)
        {
            ReadOnlySpan<int> weights = down.Weights(y);
            int start = down.Start(y);
            // When an axis shrinks far, some rows between two outputs can be out of both's reach.
            for (next = Math.Max(next, start); next < start + weights.Length; next++)
            {
                byte[] row = window[next % window.Length] ??= new byte[rowBytes];
                ResamplePasses.Widen(image.Row(next)[(across.First * Image.Channels)..(across.End * Image.Channels)], widened);
                ResamplePasses.Across(widened, across, row);
            }

            Array.Fill(sums, ResamplePasses.Half);
            for (int tap = 0; tap < weights.Length; tap++)
            {
                ResamplePasses.Accumulate(window[(start + tap) % window.Length], weights[tap], sums);
            }

            ResamplePasses.Round(sums, result.AsSpan(y * rowBytes, rowBytes));
        }

        return new Image(regionWidth, regionHeight, result);
    }
}
