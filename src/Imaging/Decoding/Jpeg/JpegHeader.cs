using System.Buffers.Binary;
using System.Drawing;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>How the components of a JPEG make up a colour.</summary>
internal enum JpegColorSpace
{
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}

/// <summary>One component's share of the samples.</summary>
/// <param name="Id">The number or letter the file gives it.</param>
/// <param name="Horizontal">Horizontal sampling factor, 1 to 4.</param>
/// <param name="Vertical">Vertical sampling factor, 1 to 4.</param>
/// <param name="Table">The number of its quantization table.</param>
internal readonly record struct JpegComponent(int Id, int Horizontal, int Vertical, int Table);

/// <summary>
/// What stands before the first scan. It is read here, before the library sees the file, so that size limits hold
/// before it allocates, and because it does not tell the orientation and the colour space the way we need them.
/// </summary>
internal sealed record JpegHeader(int Width, int Height, JpegComponent[] Components, JpegColorSpace ColorSpace, Orientation Orientation)
{
    private const int SampleBits = 8;
    private const int BlockSide = 8;

    /// <summary>Whether the frame's scans bring coefficients bit by bit.</summary>
    public bool IsProgressive { get; init; }

    public int LargestHorizontal => Components.Max(static component => component.Horizontal);

    public int LargestVertical => Components.Max(static component => component.Vertical);

    /// <summary>Walks the markers up to the first scan.</summary>
    public static JpegHeader Read(in EncodedImage source)
    {
        ReadOnlySpan<byte> bytes = source.Span;
        JpegHeader? frame = null;
        bool extended = false;
        Orientation? orientation = null;
        bool jfif = false;
        int? adobe = null;
        int position = 2;
        while (true)
        {
            int marker = JpegMarkers.Next(bytes, ref position);
            if (marker == JpegMarkers.None) throw source.Error($"JPEG is cut short: expected a scan, found the end of the file at byte {bytes.Length}");
            int at = position - 2;
            if (marker == JpegMarkers.EndOfImage) throw source.Error($"JPEG ends at byte {at} before any image data");

            ReadOnlySpan<byte> segment = Segment(source, marker, at);
            position += 2 + segment.Length;
            switch (marker)
            {
                case JpegMarkers.App0 when segment.StartsWith("JFIF\0"u8):
                    jfif = true;
                    break;

                case JpegMarkers.App1 when orientation is null && segment.StartsWith("Exif\0\0"u8):
                    orientation = ExifOrientation.Read(segment[6..]);
                    break;

                case JpegMarkers.App14 when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                    adobe = segment[11];
                    break;

                case 0xC0 or 0xC1 or 0xC2:
                    if (frame is not null) throw source.Error($"JPEG marker {marker:X2} at byte {at}: a second frame header");
                    frame = ReadFrame(source, segment, at) with { IsProgressive = marker == 0xC2 };
                    extended = marker == 0xC1;
                    break;

                // C4, C8 and CC are tables, an extension and arithmetic conditioning: not frames.
                case >= 0xC3 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    throw source.Error($"JPEG marker {marker:X2} at byte {at}: {Process(marker)} JPEG is not supported, only baseline and progressive Huffman");

                case JpegMarkers.ColorTransform:
                    throw Transformed(source, at);

                case JpegMarkers.StartOfScan:
                    if (frame is null) throw source.Error($"JPEG marker DA at byte {at}: expected a frame header before the first scan");
                    if (extended) CheckSpectrum(source, segment, at);
                    CheckRoom(source, frame, bytes.Length - position);
                    return frame with { ColorSpace = Space(frame.Components, jfif, adobe), Orientation = orientation ?? Orientation.Upright };
            }
        }
    }

    /// <summary>A file whose colours are transformed in a way that other decoders do not know either.</summary>
    public static ImageFormatException Transformed(in EncodedImage source, int at) =>
        source.Error($"JPEG marker {JpegMarkers.ColorTransform:X2} at byte {at}: a reversible colour transform is not supported");

    /// <summary>The stored image's size at a part of its own, rounded up.</summary>
    public Size Size(int reduction) => new(CeilingOf(Width, 1, reduction), CeilingOf(Height, 1, reduction));

    /// <summary>The size of the image turned upright.</summary>
    public Size UprightSize(int reduction) => Orientation >= Orientation.Transposed
        ? new Size(Size(reduction).Height, Size(reduction).Width)
        : Size(reduction);

    /// <summary>
    /// How many samples become of a block across and down, and how many pixels of each. A smaller image takes more of a component that is stored
    /// at a smaller size already, as libjpeg does, so that less of it has to be filled in.
    /// </summary>
    public (int Points, int Horizontal, int Vertical) Sampling(int component, int reduction)
    {
        int points = BlockSide / reduction;
        int horizontal = LargestHorizontal / Components[component].Horizontal, vertical = LargestVertical / Components[component].Vertical;
        while (points < BlockSide && horizontal % 2 == 0 && vertical % 2 == 0)
        {
            (points, horizontal, vertical) = (points * 2, horizontal / 2, vertical / 2);
        }

        return (points, horizontal, vertical);
    }

    /// <summary>Samples of a component across and down the image, before the padding to whole blocks.</summary>
    public Size ComponentSize(int component, int points) => new(
        CeilingOf(Width, Components[component].Horizontal * points, LargestHorizontal * BlockSide),
        CeilingOf(Height, Components[component].Vertical * points, LargestVertical * BlockSide));

    /// <summary>Rows of blocks of a component.</summary>
    public int BlockRows(int component) => CeilingOf(ComponentSize(component, BlockSide).Height, 1, BlockSide);

    private static int CeilingOf(int size, int factor, int largest) => (size * factor + largest - 1) / largest;

    private static ReadOnlySpan<byte> Segment(in EncodedImage source, int marker, int at)
    {
        ReadOnlySpan<byte> rest = source.Span[(at + 2)..];
        int length = rest.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length > rest.Length)
        {
            throw source.Error($"JPEG is cut short: marker {marker:X2} at byte {at} goes beyond the end of the file at byte {source.Length}");
        }

        if (length < 2) throw source.Error($"JPEG marker {marker:X2} at byte {at}: expected a length of at least 2, found {length}");
        return rest[2..length];
    }

    private static JpegHeader ReadFrame(in EncodedImage source, ReadOnlySpan<byte> segment, int at)
    {
        int count = segment.Length < 6 ? 0 : segment[5];
        if (segment.Length < 6 || segment.Length != 6 + 3 * count)
        {
            throw source.Error($"JPEG frame header at byte {at}: expected {6 + 3 * count} bytes for {count} components, found {segment.Length}");
        }

        if (segment[0] != SampleBits) throw source.Error($"JPEG frame header at byte {at}: expected samples of {SampleBits} bits, found {segment[0]}");
        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        source.CheckSize("JPEG", width, height, at);
        if (count is not (1 or 3 or 4)) throw source.Error($"JPEG frame header at byte {at}: expected 1, 3 or 4 components, found {count}");

        JpegComponent[] components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = segment[(6 + 3 * i)..];
            components[i] = new JpegComponent(entry[0], entry[1] >> 4, entry[1] & 15, entry[2]);
            if (components[i] is not { Horizontal: >= 1 and <= 4, Vertical: >= 1 and <= 4 })
            {
                throw source.Error($"JPEG frame header at byte {at}: expected sampling factors from 1 to 4, found {components[i].Horizontal} x {components[i].Vertical}");
            }
        }

        JpegHeader frame = new(width, height, components, default, default);
        foreach (JpegComponent component in components)
        {
            if (frame.LargestHorizontal % component.Horizontal != 0 || frame.LargestVertical % component.Vertical != 0)
            {
                throw source.Error($"JPEG frame header at byte {at}: sampling factors {component.Horizontal} x {component.Vertical} beside {frame.LargestHorizontal} x {frame.LargestVertical} are not supported");
            }
        }

        return frame;
    }

    // The library takes another last coefficient for blocks of another side, down to single samples, each of which costs it the memory of 64: an extension of
    // libjpeg 8, "SmartScale", that libjpeg-turbo does not know either. Scans of another length than they should have are refused by the library itself.
    private static void CheckSpectrum(in EncodedImage source, ReadOnlySpan<byte> scan, int at)
    {
        const int lastCoefficient = BlockSide * BlockSide - 1;
        if (scan is [.., byte last, _] && last != lastCoefficient)
        {
            throw source.Error($"JPEG scan header at byte {at}: expected the last coefficient of a block to be {lastCoefficient}, found {last}");
        }
    }

    // Every block takes at least one bit, for its constant term. A small file that claims more is cut short, and is
    // refused before memory is taken for its pixels.
    private static void CheckRoom(in EncodedImage source, JpegHeader frame, int bytesLeft)
    {
        long blocks = 0;
        for (int i = 0; i < frame.Components.Length; i++)
        {
            blocks += (long)CeilingOf(frame.ComponentSize(i, BlockSide).Width, 1, BlockSide) * frame.BlockRows(i);
        }

        if (blocks > bytesLeft * 8L)
        {
            throw source.Error($"JPEG is cut short: {bytesLeft} bytes of image data cannot hold {frame.Width} x {frame.Height} pixels");
        }
    }

    // The rules of libjpeg: JFIF is always YCbCr; Adobe's marker says which; without either, letters tell.
    private static JpegColorSpace Space(JpegComponent[] components, bool jfif, int? adobe) => components.Length switch
    {
        1 => JpegColorSpace.Gray,
        3 when jfif => JpegColorSpace.YCbCr,
        3 when adobe is { } transform => transform == 0 ? JpegColorSpace.Rgb : JpegColorSpace.YCbCr,
        3 when components is [{ Id: 'R' }, { Id: 'G' }, { Id: 'B' }] => JpegColorSpace.Rgb,
        3 => JpegColorSpace.YCbCr,
        _ => adobe is null or 0 ? JpegColorSpace.Cmyk : JpegColorSpace.Ycck,
    };

    private static string Process(int marker) => marker switch
    {
        0xC3 => "lossless",
        >= 0xC5 and <= 0xC7 => "hierarchical",
        >= 0xC9 and <= 0xCB => "arithmetic-coded",
        _ => "arithmetic-coded hierarchical",
    };
}
