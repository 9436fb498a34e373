namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>
/// Decodes PNG (W3C, third edition) to RGB: every colour type and bit depth, interlaced or not.
/// </summary>
/// <remarks>
/// Ours because no managed library that we found both reads all of that and checks it (see
/// <c>docs/decisions/0003-jpeg-decoder.md</c>). Alpha and tRNS are dropped, 16-bit samples keep their high byte and grey
/// is copied to three channels, as Pillow's <c>convert("RGB")</c> does, but for plain grey of 16 bits, of which it makes white wherever the high byte is not 0; of the optional chunks only the EXIF orientation
/// matters. Every CRC is verified.
/// </remarks>
internal static class PngDecoder
{
    private const int SignatureLength = 8;
    private const int PaletteEntryBytes = 3;
    private const int LargestPalette = 256;

    // Deflate's best case: 258 bytes for two bits. Whatever claims more than this of its data is cut short, and is
    // refused before memory is taken for its pixels.
    private const long LargestExpansion = 1032;

    public static Image Decode(in EncodedImage source)
    {
        PngChunk first = PngChunk.Read(source, SignatureLength);
        if (first.Type != "IHDR")
        {
            throw source.Error($"PNG chunk at byte {first.Offset}: expected IHDR first, found {first.Type}");
        }

        PngHeader header = PngHeader.Read(source, first);
        ReadOnlyMemory<byte> palette = default;
        Orientation orientation = Orientation.Upright;
        List<Range> imageData = [];
        PngChunk previous = first;
        while (previous.Type != "IEND")
        {
            PngChunk chunk = PngChunk.Read(source, previous.End);
            switch (chunk.Type)
            {
                case "PLTE":
                    if (!palette.IsEmpty) throw source.Error($"PNG chunk PLTE at byte {chunk.Offset}: a second palette");
                    if (imageData.Count > 0) throw source.Error($"PNG chunk PLTE at byte {chunk.Offset}: expected before the image data");
                    palette = ReadPalette(source, chunk);
                    break;

                case "IDAT":
                    if (imageData.Count > 0 && previous.Type != "IDAT")
                    {
                        throw source.Error($"PNG chunk IDAT at byte {chunk.Offset}: expected right after the one before, found {previous.Type} between");
                    }

                    imageData.Add(chunk.DataOffset..(chunk.DataOffset + chunk.Length));
                    break;

                case "eXIf":
                    orientation = ExifOrientation.Read(chunk.Data(source));
                    break;

                case "IEND":
                    break;

                default:
                    if (chunk.IsCritical)
                    {
                        throw source.Error($"PNG chunk {chunk.Type} at byte {chunk.Offset}: {(chunk.Type == "IHDR" ? "a second header" : "unknown, and marked as necessary")}");
                    }

                    break;
            }

            previous = chunk;
        }

        if (imageData.Count == 0) throw source.Error($"PNG has no image data: IEND at byte {previous.Offset} without an IDAT before");
        if (header.ColorType == PngColorType.Palette && palette.IsEmpty) throw source.Error($"PNG has no palette, but its colour type is 3");
        return ExifOrientation.Apply(DecodePixels(source, header, palette.Span, imageData), orientation);
    }

    private static ReadOnlyMemory<byte> ReadPalette(in EncodedImage source, in PngChunk chunk)
    {
        if (chunk.Length is 0 or > LargestPalette * PaletteEntryBytes || chunk.Length % PaletteEntryBytes != 0)
        {
            throw source.Error($"PNG chunk PLTE at byte {chunk.Offset}: expected 1 to 256 entries of 3 bytes, found {chunk.Length} bytes");
        }

        return source.Bytes.Slice(chunk.DataOffset, chunk.Length);
    }

    private static Image DecodePixels(in EncodedImage source, PngHeader header, ReadOnlySpan<byte> palette, List<Range> imageData)
    {
        ReadOnlySpan<Adam7.Pass> passes = header.Interlaced ? Adam7.Passes : Adam7.Whole;
        long inflated = 0;
        foreach (Adam7.Pass pass in passes)
        {
            int columns = pass.Columns(header.Width);
            if (columns > 0) inflated += (1L + header.RowBytes(columns)) * pass.Rows(header.Height);
        }

        long compressed = imageData.Sum(static range => (long)(range.End.Value - range.Start.Value));
        if (inflated > compressed * LargestExpansion)
        {
            throw source.Error($"PNG image data is cut short: {compressed} bytes cannot hold {header.Width} x {header.Height} pixels");
        }

        byte[] rgb = new byte[header.Width * header.Height * 3];
        using PngRowReader rows = new(source, imageData, header);
        PngPixelReader pixels = new(header, palette);
        byte[] packed = header.Interlaced ? new byte[header.Width * 3] : [];
        int number = 0;
        foreach (Adam7.Pass pass in passes)
        {
            number++;
            int columns = pass.Columns(header.Width), count = pass.Rows(header.Height);
            if (columns == 0) continue;

            rows.StartPass(columns);
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<byte> samples = rows.Next(header.Interlaced ? number : 0, row);
                int y = pass.Top + row * pass.StepY;
                Span<byte> line = rgb.AsSpan(y * header.Width * 3, header.Width * 3);
                int bad = pixels.ToRgb(samples, header.Interlaced ? packed.AsSpan(0, columns * 3) : line);
                if (bad >= 0)
                {
                    throw source.Error($"PNG pixel ({pass.Left + bad * pass.StepX}, {y}): expected a palette index below {palette.Length / PaletteEntryBytes}, found a larger one");
                }

                if (header.Interlaced) pass.Scatter(packed, columns, line);
            }
        }

        rows.Finish();
        return new Image(header.Width, header.Height, rgb);
    }
}
