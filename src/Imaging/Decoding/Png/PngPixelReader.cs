namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>Turns the samples of a row into RGB bytes.</summary>
internal readonly ref struct PngPixelReader(PngHeader header, ReadOnlySpan<byte> palette)
{
    private readonly ReadOnlySpan<byte> palette = palette;

    /// <summary>
    /// Converts one row; as many pixels as <paramref name="rgb"/> has room for.
    /// </summary>
    /// <returns>The first pixel whose index is beyond the palette, or -1 when all is well.</returns>
    public int ToRgb(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        switch (header.ColorType)
        {
            case PngColorType.Palette:
                return Palette(samples, rgb);

            case PngColorType.Gray when header.BitDepth < 8:
                PackedGray(samples, rgb);
                return -1;

            case PngColorType.Rgb when header.BitDepth == 8:
                samples[..rgb.Length].CopyTo(rgb);
                return -1;

            default:
                WholeBytes(samples, rgb);
                return -1;
        }
    }

    // Samples of one or two bytes; of two, the first is the high one, and the only one that counts.
    private void WholeBytes(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        int sample = header.BitDepth / 8;
        int pixel = sample * header.Channels;
        bool color = header.ColorType is PngColorType.Rgb or PngColorType.Rgba;
        (int green, int blue) = color ? (sample, 2 * sample) : (0, 0);
        for (int to = 0, from = 0; to < rgb.Length; to += 3, from += pixel)
        {
            rgb[to] = samples[from];
            rgb[to + 1] = samples[from + green];
            rgb[to + 2] = samples[from + blue];
        }
    }

    // The largest sample becomes 255, and the others lie evenly below: 255 divides by 1, 3 and 15.
    private void PackedGray(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        int scale = 255 / ((1 << header.BitDepth) - 1);
        for (int x = 0, to = 0; to < rgb.Length; x++, to += 3)
        {
            rgb.Slice(to, 3).Fill((byte)(Packed(samples, x) * scale));
        }
    }

    private int Palette(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int x = 0, to = 0; to < rgb.Length; x++, to += 3)
        {
            int entry = Packed(samples, x) * 3;
            if (entry >= palette.Length) return x;
            palette.Slice(entry, 3).CopyTo(rgb[to..]);
        }

        return -1;
    }

    // Samples below a byte are packed from the high bits down.
    private int Packed(ReadOnlySpan<byte> samples, int x)
    {
        long bit = (long)x * header.BitDepth;
        int shift = 8 - header.BitDepth - (int)(bit & 7);
        return (samples[(int)(bit >> 3)] >> shift) & ((1 << header.BitDepth) - 1);
    }
}
