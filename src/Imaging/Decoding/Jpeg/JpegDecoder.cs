using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// Decodes JPEG, baseline and progressive, to RGB: LibJpeg.NET turns bytes into samples of each component, and what
/// follows (upsampling, colour) is ours, so that it is libjpeg's to the bit.
/// </summary>
/// <remarks>See <c>docs/decisions/0003-jpeg-decoder.md</c> for why the line is drawn there.</remarks>
internal static class JpegDecoder
{
    private const int BlockSide = 8;

    // Encoders write about ten. Each costs a walk over the whole picture and can be a few bytes long, so that without a
    // limit a small file could keep a processor busy for hours.
    private const int MostScans = 200;

    public static Image Decode(EncodedImage source)
    {
        JpegHeader header = JpegHeader.Read(source);
        JpegSource position = new(source);
        JpegPlane[] planes;
        try
        {
            planes = DecodePlanes(source, header, position);
        }
        catch (Exception e) when (e is not (ImageFormatException or OutOfMemoryException))
        {
            // The library checks most of what it reads, not all: what slips through ends at a bound of the runtime.
            throw source.Error($"JPEG is broken near byte {position.Position}: {e.Message}", e);
        }

        byte[] rgb = new byte[header.Width * header.Height * 3];
        JpegUpsampler[] upsamplers = new JpegUpsampler[planes.Length];
        for (int i = 0; i < planes.Length; i++)
        {
            JpegComponent component = header.Components[i];
            upsamplers[i] = new JpegUpsampler(
                planes[i], header.LargestHorizontal / component.Horizontal, header.LargestVertical / component.Vertical);
        }

        for (int y = 0; y < header.Height; y++)
        {
            JpegColor.ToRgb(header.ColorSpace, upsamplers, y, rgb.AsSpan(y * header.Width * 3, header.Width * 3));
        }

        return ExifOrientation.Apply(new Image(header.Width, header.Height, rgb), header.Orientation);
    }

    private static JpegPlane[] DecodePlanes(in EncodedImage source, JpegHeader header, JpegSource position)
    {
        jpeg_decompress_struct library = new(new JpegErrors(source, position)) { Src = position };
        library.jpeg_read_header(true);
        if (library.Image_width != header.Width || library.Image_height != header.Height || library.Num_components != header.Components.Length)
        {
            throw source.Error($"JPEG header: expected {header.Width} x {header.Height} pixels, found {library.Image_width} x {library.Image_height}");
        }

        library.Raw_data_out = true;
        library.Dct_method = J_DCT_METHOD.JDCT_ISLOW;
        // Otherwise the library enlarges chroma inside its inverse DCT, which no libjpeg that people use does.
        library.Do_fancy_upsampling = false;
        // All coefficients are there in the end, and what is not there must not be guessed.
        library.Do_block_smoothing = false;
        library.Progress = new jpeg_progress_mgr();
        EncodedImage file = source;
        library.Progress.OnProgress += (_, _) =>
        {
            if (library.Input_scan_number > MostScans)
            {
                throw file.Error($"JPEG near byte {position.Position}: expected at most {MostScans} scans, found more");
            }
        };
        library.jpeg_start_decompress();

        int count = header.Components.Length;
        JpegPlane[] planes = new JpegPlane[count];
        byte[][][] window = new byte[count][][];
        for (int i = 0; i < count; i++)
        {
            jpeg_component_info component = library.Comp_info[i];
            planes[i] = new JpegPlane(header.ComponentWidth(i), header.ComponentHeight(i), component.Width_in_blocks * BlockSide);
            window[i] = new byte[component.V_samp_factor * BlockSide][];
            for (int row = 0; row < window[i].Length; row++) window[i][row] = new byte[planes[i].Stride];
        }

        int lines = header.LargestVertical * BlockSide;
        for (int unit = 0; library.Output_scanline < library.Output_height; unit++)
        {
            library.jpeg_read_raw_data(window, lines);
            for (int i = 0; i < count; i++) planes[i].Store(window[i], unit * window[i].Length);
        }

        // Reads on to the end marker, so that a file cut off behind its last block does not pass.
        library.jpeg_finish_decompress();
        return planes;
    }
}
