namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>The markers between which a JPEG's parts lie: FF and a byte that is neither 00 nor FF.</summary>
internal static class JpegMarkers
{
    public const int EndOfImage = 0xD9;
    public const int StartOfScan = 0xDA;
    public const int QuantizationTables = 0xDB;
    public const int App0 = 0xE0;
    public const int App1 = 0xE1;
    public const int App14 = 0xEE;

    /// <summary>JPEG LS's extensions, with which libjpeg 9 says that green was subtracted from red and blue.</summary>
    public const int ColorTransform = 0xF8;

    /// <summary>What <see cref="Next"/> finds where the file ends.</summary>
    public const int None = -1;

    /// <summary>
    /// The next marker that has a segment, or the end of the image; <paramref name="position"/> is left behind it. Bytes that belong to nothing are passed over, as libjpeg
    /// does, and so are image data, in which FF is followed by 00 or a restart.
    /// </summary>
    public static int Next(ReadOnlySpan<byte> bytes, ref int position)
    {
        while (true)
        {
            int next = bytes[position..].IndexOf((byte)0xFF);
            if (next < 0 || position + next + 1 >= bytes.Length) return None;
            int marker = bytes[position + next + 1];
            // A row of FF is filling: the last of it begins the marker.
            position += next + (marker == 0xFF ? 1 : 2);
            // TEM and the restart markers stand alone.
            if (marker is not (0x00 or 0x01 or 0xFF or (>= 0xD0 and <= 0xD8))) return marker;
        }
    }
}
