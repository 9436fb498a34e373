using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>RGB pixels that operations change in place, laid out as <see cref="Image.Pixels"/>.</summary>
internal sealed class PixelBuffer(int width, int height, byte[] rgb)
{
    public int Width => width;

    public int Height => height;

    public byte[] Rgb => rgb;

    public static PixelBuffer Of(Image image)
    {
        return new PixelBuffer(image.Width, image.Height, image.Pixels.ToArray());
    }

    /// <summary>Mirrors left and right.</summary>
    public void Flip()
    {
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = rgb.AsSpan(3 * width * y, 3 * width);
            // Reversing the bytes mirrors the pixels and turns RGB to BGR, which is turned back.
            row.Reverse();
            for (int i = 0; i < row.Length; i += 3)
                (row[i], row[i + 2]) = (row[i + 2], row[i]);
        }
    }
}
