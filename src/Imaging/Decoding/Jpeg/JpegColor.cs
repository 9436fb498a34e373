namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// From a JPEG's components to RGB, with libjpeg's 16-bit fixed-point tables (<c>jdcolor.c</c>) and, for four
/// components, Pillow's CMYK.
/// </summary>
internal static class JpegColor
{
    private const int FractionBits = 16;
    private const int Half = 1 << (FractionBits - 1);

    // JFIF's inverse: R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.772 Cb, chroma centred on 128.
    private static readonly int[] RedOfCr = Table(static chroma => (Fixed(1.40200) * chroma + Half) >> FractionBits);
    private static readonly int[] BlueOfCb = Table(static chroma => (Fixed(1.77200) * chroma + Half) >> FractionBits);
    // The two for green keep their fraction until they are added; the rounding is in one of them.
    private static readonly int[] GreenOfCr = Table(static chroma => -Fixed(0.71414) * chroma);
    private static readonly int[] GreenOfCb = Table(static chroma => -Fixed(0.34414) * chroma + Half);

    /// <summary>Converts row <paramref name="y"/> of the picture.</summary>
    public static void ToRgb(JpegColorSpace space, JpegUpsampler[] components, int y, Span<byte> rgb)
    {
        ReadOnlySpan<byte> first = components[0].Row(y);
        if (space == JpegColorSpace.Gray)
        {
            for (int x = 0, to = 0; to < rgb.Length; x++, to += 3) rgb.Slice(to, 3).Fill(first[x]);
            return;
        }

        ReadOnlySpan<byte> second = components[1].Row(y), third = components[2].Row(y);
        if (space is JpegColorSpace.YCbCr or JpegColorSpace.Ycck)
        {
            FromYcc(first, second, third, rgb);
        }
        else
        {
            for (int x = 0, to = 0; to < rgb.Length; x++, to += 3)
            {
                rgb[to] = first[x];
                rgb[to + 1] = second[x];
                rgb[to + 2] = third[x];
            }
        }

        if (components.Length == 4) ApplyBlack(components[3].Row(y), rgb, rgbIsInk: space == JpegColorSpace.Ycck);
    }

    private static void FromYcc(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        for (int x = 0, to = 0; to < rgb.Length; x++, to += 3)
        {
            int value = luma[x];
            rgb[to] = Clamp(value + RedOfCr[cr[x]]);
            rgb[to + 1] = Clamp(value + ((GreenOfCb[cb[x]] + GreenOfCr[cr[x]]) >> FractionBits));
            rgb[to + 2] = Clamp(value + BlueOfCb[cb[x]]);
        }
    }

    /// <remarks>
    /// Files hold CMYK as Adobe does, inverted: 255 is no ink. libjpeg makes CMY from YCC as 255 − RGB, so that there
    /// the ink is the RGB. Pillow takes every such file for inverted and then computes the light left by the inks,
    /// white·(1 − ink) with white = 255 − black ink.
    /// </remarks>
    private static void ApplyBlack(ReadOnlySpan<byte> black, Span<byte> rgb, bool rgbIsInk)
    {
        for (int x = 0, to = 0; to < rgb.Length; x++, to += 3)
        {
            int white = black[x];
            for (int channel = to; channel < to + 3; channel++)
            {
                int ink = rgbIsInk ? rgb[channel] : 255 - rgb[channel];
                rgb[channel] = Clamp(white - DivideBy255(ink * white));
            }
        }
    }

    // Rounded, exact for products of two bytes.
    private static int DivideBy255(int product)
    {
        int biased = product + 128;
        return ((biased >> 8) + biased) >> 8;
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    private static int Fixed(double factor) => (int)(factor * (1 << FractionBits) + 0.5);

    private static int[] Table(Func<int, int> entry)
    {
        int[] table = new int[256];
        for (int i = 0; i < table.Length; i++) table[i] = entry(i - 128);
        return table;
    }
}
