using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>What the library reads from a file: each component's blocks of coefficients, with what they are to be multiplied by.</summary>
internal static class JpegCoefficients
{
    // Encoders write about ten. Each costs a walk over the whole image and can be a few bytes long, so that without a
    // limit a small file could keep a processor busy for hours.
    private const int MostScans = 200;

    /// <summary>Reads a whole file, to its end marker.</summary>
    /// <returns>For every component its rows of blocks, padded to whole units, and its quantization table.</returns>
    public static (JBLOCK[][] Blocks, int[] Quantization)[] Read(EncodedImage source, JpegHeader header)
    {
        JpegSource position = new(source);
        try
        {
            jvirt_array<JBLOCK>[] arrays = Read(source, header, position);
            int[][] tables = JpegQuantization.Read(source, header);
            return [.. tables.Select((table, i) => (arrays[i].Access(0, header.BlockRows(i)), table))];
        }
        catch (Exception e) when (e is not (ImageFormatException or OutOfMemoryException))
        {
            // The library checks most of what it reads, not all: what slips through ends at a bound of the runtime.
            throw source.Error($"JPEG is broken near byte {position.Position}: {e.Message}", e);
        }
    }

    private static jvirt_array<JBLOCK>[] Read(EncodedImage source, JpegHeader header, JpegSource position)
    {
        jpeg_decompress_struct library = new(new JpegErrors(source, position)) { Src = position };
        library.jpeg_read_header(true);
        if (library.Image_width != header.Width || library.Image_height != header.Height || library.Num_components != header.Components.Length)
        {
            throw source.Error($"JPEG header: expected {header.Width} x {header.Height} pixels, found {library.Image_width} x {library.Image_height}");
        }

        int scan = 0;
        library.Progress = new jpeg_progress_mgr();
        library.Progress.OnProgress += (_, _) =>
        {
            // Asked before every row of blocks, the first of a scan too.
            if (library.Input_scan_number == scan) return;
            scan = library.Input_scan_number;
            if (scan > MostScans) throw source.Error($"JPEG near byte {position.Position}: expected at most {MostScans} scans, found more");
            if (header.IsProgressive) JpegRestarts.Begin(library);
        };

        // Reads on to the end marker, so that a file cut off behind its last block does not pass.
        jvirt_array<JBLOCK>[] arrays = library.jpeg_read_coefficients();
        library.jpeg_finish_decompress();
        return arrays;
    }
}
