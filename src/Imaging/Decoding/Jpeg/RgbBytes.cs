using System.Runtime.Intrinsics;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>Sixteen pixels of three separate channels as 48 bytes, red, green and blue in turns.</summary>
internal static class RgbBytes
{
    /// <summary>Interleaves three channels.</summary>
    public static void Store(Vector128<byte> red, Vector128<byte> green, Vector128<byte> blue, Span<byte> rgb)
    {
        // Byte i of the result is of channel i mod 3 and of pixel i / 3; an index of 16 and more gives zero.
        const byte no = 255;
        (Vector128.Shuffle(red, Vector128.Create(0, no, no, 1, no, no, 2, no, no, 3, no, no, 4, no, no, 5))
            | Vector128.Shuffle(green, Vector128.Create(no, 0, no, no, 1, no, no, 2, no, no, 3, no, no, 4, no, no))
            | Vector128.Shuffle(blue, Vector128.Create(no, no, 0, no, no, 1, no, no, 2, no, no, 3, no, no, 4, no))).CopyTo(rgb);
        (Vector128.Shuffle(red, Vector128.Create(no, no, 6, no, no, 7, no, no, 8, no, no, 9, no, no, 10, no))
            | Vector128.Shuffle(green, Vector128.Create(5, no, no, 6, no, no, 7, no, no, 8, no, no, 9, no, no, 10))
            | Vector128.Shuffle(blue, Vector128.Create(no, 5, no, no, 6, no, no, 7, no, no, 8, no, no, 9, no, no))).CopyTo(rgb[16..]);
        (Vector128.Shuffle(red, Vector128.Create(no, 11, no, no, 12, no, no, 13, no, no, 14, no, no, 15, no, no))
            | Vector128.Shuffle(green, Vector128.Create(no, no, 11, no, no, 12, no, no, 13, no, no, 14, no, no, 15, no))
            | Vector128.Shuffle(blue, Vector128.Create(10, no, no, 11, no, no, 12, no, no, 13, no, no, 14, no, no, 15))).CopyTo(rgb[32..]);
    }
}
