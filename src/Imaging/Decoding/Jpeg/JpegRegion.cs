using System.Drawing;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>A rectangle of a JPEG as it is stored, whose pixels are made row by row when they are asked for.</summary>
/// <param name="space">What the components are.</param>
/// <param name="components">The components in the rectangle's columns.</param>
/// <param name="stored">The rectangle.</param>
internal sealed class JpegRegion(JpegColorSpace space, JpegUpsampler[] components, Rectangle stored) : IPixelRows
{
    private readonly byte[] row = new byte[stored.Width * Image.Channels];

    public int Width => stored.Width;

    public int Height => stored.Height;

    /// <summary>One row, valid until the next call. Rows that are asked for downwards are each made once.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        Write(y, row);
        return row;
    }

    /// <summary>Makes one row where it is wanted.</summary>
    public void Write(int y, Span<byte> rgb) => JpegColor.ToRgb(space, components, stored.Top + y, rgb);
}
