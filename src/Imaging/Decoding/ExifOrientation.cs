using System.Buffers.Binary;
using System.Drawing;

namespace EfficientNet.Imaging.Decoding;

/// <summary>
/// How the stored pixels must be turned to stand upright; the numbers are those of TIFF's tag 274 (0x0112).
/// </summary>
internal enum Orientation
{
    Upright = 1,
    MirroredHorizontally = 2,
    Rotated180 = 3,
    MirroredVertically = 4,
    Transposed = 5,
    Rotate90 = 6,
    Transversed = 7,
    Rotate270 = 8,
}

/// <summary>Finds the orientation in an EXIF block and applies it.</summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;
    private const int EntrySize = 12;

    /// <summary>
    /// Reads a TIFF structure as EXIF has it, without the <c>Exif\0\0</c> before it.
    /// </summary>
    /// <returns>
    /// <see cref="Orientation.Upright"/> too when the block is damaged: it is a remark beside the image, and the
    /// image without it is whole.
    /// </returns>
    public static Orientation Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return Orientation.Upright;
        bool little = tiff.StartsWith("II*\0"u8);
        if (!little && !tiff.StartsWith("MM\0*"u8)) return Orientation.Upright;

        uint directory = UInt32(tiff[4..], little);
        if (directory > tiff.Length - 2) return Orientation.Upright;
        ReadOnlySpan<byte> entries = tiff[(int)directory..];
        int count = UInt16(entries, little);
        entries = entries[2..];
        for (int i = 0; i < count && entries.Length >= EntrySize; i++, entries = entries[EntrySize..])
        {
            if (UInt16(entries, little) != OrientationTag) continue;
            if (UInt16(entries[2..], little) != ShortType || UInt32(entries[4..], little) != 1) return Orientation.Upright;
            int value = UInt16(entries[8..], little);
            return value is >= 1 and <= 8 ? (Orientation)value : Orientation.Upright;
        }

        return Orientation.Upright;
    }

    /// <summary>Where in the stored image a rectangle of the upright one lies.</summary>
    /// <param name="region">In the upright image.</param>
    /// <param name="size">The stored image's size.</param>
    /// <param name="orientation">How the stored image must be turned.</param>
    public static Rectangle Stored(Rectangle region, Size size, Orientation orientation)
    {
        if (orientation >= Orientation.Transposed) region = new Rectangle(region.Y, region.X, region.Height, region.Width);
        bool mirrored = orientation is Orientation.MirroredHorizontally or Orientation.Rotated180 or Orientation.Transversed or Orientation.Rotate270;
        bool flipped = orientation is Orientation.MirroredVertically or Orientation.Rotated180 or Orientation.Rotate90 or Orientation.Transversed;
        return new Rectangle(
            mirrored ? size.Width - region.Right : region.X, flipped ? size.Height - region.Bottom : region.Y, region.Width, region.Height);
    }

    /// <summary>Returns the image turned upright; the same image when it already is.</summary>
    public static Image Apply(Image image, Orientation orientation)
    {
        if (orientation == Orientation.Upright) return image;

        int width = image.Width, height = image.Height;
        bool swapped = orientation >= Orientation.Transposed;
        (int outWidth, int outHeight) = swapped ? (height, width) : (width, height);

        // The source index of output (x, y) is origin + x·stepX + y·stepY, in pixels.
        (int origin, int stepX, int stepY) = orientation switch
        {
            Orientation.MirroredHorizontally => (width - 1, -1, width),
            Orientation.Rotated180 => (width * height - 1, -1, -width),
            Orientation.MirroredVertically => ((height - 1) * width, 1, -width),
            Orientation.Transposed => (0, width, 1),
            Orientation.Rotate90 => ((height - 1) * width, -width, 1),
            Orientation.Transversed => (width * height - 1, -width, -1),
            _ => (width - 1, width, -1),
        };

        ReadOnlySpan<byte> from = image.Pixels;
        byte[] turned = new byte[from.Length];
        for (int y = 0, to = 0; y < outHeight; y++)
        {
            int at = origin + y * stepY;
            for (int x = 0; x < outWidth; x++, to += 3, at += stepX)
            {
                turned[to] = from[at * 3];
                turned[to + 1] = from[at * 3 + 1];
                turned[to + 2] = from[at * 3 + 2];
            }
        }

        return new Image(outWidth, outHeight, turned);
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) => little
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) => little
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
