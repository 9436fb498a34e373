using System.Drawing;
using BitMiracle.LibJpeg.Classic;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// Decodes JPEG, baseline and progressive, to RGB: LibJpeg.NET turns bytes into coefficients, and what
/// follows (inverse DCT, upsampling, colour) is ours, libjpeg's to the bit, for any part of an image and at smaller sizes too.
/// </summary>
/// <remarks>See <c>docs/decisions/0003-jpeg-decoder.md</c> for why the line is drawn there.</remarks>
internal static class JpegDecoder
{
    /// <summary>The whole image, upright.</summary>
    public static Image Decode(in EncodedImage source)
    {
        JpegHeader header = JpegHeader.Read(source);
        return DecodeRegion(source, header, reduction: 1, new Rectangle(Point.Empty, header.UprightSize(1)));
    }

    /// <summary>What a rectangle of the upright image holds.</summary>
    /// <param name="source">The file.</param>
    /// <param name="header">What <see cref="JpegHeader.Read"/> found in it.</param>
    /// <param name="reduction">1, or 2, 4, 8 for an image of that part of the size, rounded up.</param>
    /// <param name="region">In pixels of the upright image of that size, within it.</param>
    public static Image DecodeRegion(in EncodedImage source, JpegHeader header, int reduction, Rectangle region)
    {
        JpegRegion stored = ReadRegion(source, header, reduction, ExifOrientation.Stored(region, header.Size(reduction), header.Orientation));
        byte[] rgb = GC.AllocateUninitializedArray<byte>(stored.Width * stored.Height * Image.Channels);
        for (int y = 0; y < stored.Height; y++)
        {
            stored.Write(y, rgb.AsSpan(y * stored.Width * Image.Channels, stored.Width * Image.Channels));
        }

        return ExifOrientation.Apply(new Image(stored.Width, stored.Height, rgb), header.Orientation);
    }

    /// <summary>The same resized, without the pixels between: those of a training crop would be three times its result.</summary>
    /// <param name="source">The file.</param>
    /// <param name="header">What <see cref="JpegHeader.Read"/> found in it.</param>
    /// <param name="reduction">1, or 2, 4, 8 for an image of that part of the size, rounded up.</param>
    /// <param name="region">In pixels of the upright image of that size, within it.</param>
    /// <param name="size">The result's.</param>
    /// <param name="interpolation">The filter.</param>
    public static Image ResizeRegion(in EncodedImage source, JpegHeader header, int reduction, Rectangle region, Size size, Interpolation interpolation) =>
        header.Orientation == Orientation.Upright
            ? ImageResizer.ResizeRegion(ReadRegion(source, header, reduction, region), size.Width, size.Height, interpolation, left: 0, top: 0, size.Width, size.Height)
            : ImageResizer.Resize(DecodeRegion(source, header, reduction, region), size.Width, size.Height, interpolation);

    private static JpegRegion ReadRegion(in EncodedImage source, JpegHeader header, int reduction, Rectangle stored)
    {
        (JBLOCK[][] Blocks, int[] Quantization)[] coefficients = JpegCoefficients.Read(source, header);
        var upsamplers = new JpegUpsampler[coefficients.Length];
        for (int i = 0; i < upsamplers.Length; i++)
        {
            (int points, int horizontal, int vertical) = header.Sampling(i, reduction);
            Size plane = header.ComponentSize(i, points);
            (int left, int right) = JpegUpsampler.SamplesFor(stored.Left, stored.Right, horizontal, plane.Width);
            var samples = new JpegPlane(coefficients[i].Blocks, coefficients[i].Quantization, points, plane.Width, plane.Height, left, right);
            upsamplers[i] = new JpegUpsampler(samples, horizontal, vertical, stored.Left, stored.Right);
        }

        return new JpegRegion(header.ColorSpace, upsamplers, stored);
    }
}
