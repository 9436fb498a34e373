using System.Runtime.Intrinsics;

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
    private const int RedOfCr = (int)(1.40200 * (1 << FractionBits) + 0.5);
    private const int BlueOfCb = (int)(1.77200 * (1 << FractionBits) + 0.5);
    private const int GreenOfCr = -(int)(0.71414 * (1 << FractionBits) + 0.5);
    private const int GreenOfCb = -(int)(0.34414 * (1 << FractionBits) + 0.5);

    /// <summary>Converts row <paramref name="y"/> of the image, in the columns that the upsamplers have.</summary>
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
        int x = 0;
        for (; x <= luma.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            (Vector256<int> y0, Vector256<int> y1) = Widen(Vector128.Create(luma[x..]));
            (Vector256<int> b0, Vector256<int> b1) = Widen(Vector128.Create(cb[x..]));
            (Vector256<int> r0, Vector256<int> r1) = Widen(Vector128.Create(cr[x..]));
            Vector256<int> middle = Vector256.Create(128);
            (b0, b1, r0, r1) = (b0 - middle, b1 - middle, r0 - middle, r1 - middle);
            RgbBytes.Store(
                Narrow(y0 + Scaled(r0 * RedOfCr), y1 + Scaled(r1 * RedOfCr)),
                Narrow(y0 + Scaled(b0 * GreenOfCb + r0 * GreenOfCr), y1 + Scaled(b1 * GreenOfCb + r1 * GreenOfCr)),
                Narrow(y0 + Scaled(b0 * BlueOfCb), y1 + Scaled(b1 * BlueOfCb)),
                rgb.Slice(3 * x, 3 * Vector128<byte>.Count));
        }

        for (int to = 3 * x; to < rgb.Length; x++, to += 3)
        {
            int value = luma[x], blue = cb[x] - 128, red = cr[x] - 128;
            rgb[to] = Clamp(value + ((red * RedOfCr + Half) >> FractionBits));
            rgb[to + 1] = Clamp(value + ((blue * GreenOfCb + red * GreenOfCr + Half) >> FractionBits));
            rgb[to + 2] = Clamp(value + ((blue * BlueOfCb + Half) >> FractionBits));
        }
    }

    private static (Vector256<int> First, Vector256<int> Second) Widen(Vector128<byte> samples)
    {
        (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(samples), Vector128.WidenUpper(samples)));
        return (first.AsInt32(), second.AsInt32());
    }

    private static Vector256<int> Scaled(Vector256<int> product) => (product + Vector256.Create(Half)) >> FractionBits;

    private static Vector128<byte> Narrow(Vector256<int> first, Vector256<int> second)
    {
        Vector256<ushort> both = Vector256.Narrow(ClampAll(first), ClampAll(second)).AsUInt16();
        return Vector128.Narrow(both.GetLower(), both.GetUpper());
    }

    private static Vector256<int> ClampAll(Vector256<int> values) => Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255));

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
}
