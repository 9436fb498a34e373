using System.Buffers.Binary;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>Each component's quantization table, which the library keeps to itself.</summary>
internal static class JpegQuantization
{
    private const int TableCount = 4;
    private const int Entries = 64;

    // The place in a block, row by row, of each coefficient in the order of the file.
    private static ReadOnlySpan<byte> Places =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Walks the markers of a whole file that the library has read without fault.</summary>
    /// <returns>For every component 64 steps, row by row as its coefficients.</returns>
    /// <remarks>A file may replace a table between scans; a component's is the one that stands when its first scan begins.</remarks>
    public static int[][] Read(in EncodedImage source, JpegHeader header)
    {
        ReadOnlySpan<byte> bytes = source.Span;
        int[]?[] tables = new int[TableCount][];
        int[]?[] found = new int[header.Components.Length][];
        int position = 2;
        while (JpegMarkers.Next(bytes, ref position) is var marker and not (JpegMarkers.None or JpegMarkers.EndOfImage))
        {
            int at = position - 2;
            int length = bytes.Length - position < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
            if (length < 2 || length > bytes.Length - position) break;
            ReadOnlySpan<byte> segment = bytes.Slice(position + 2, length - 2);
            // The library takes it between scans too.
            if (marker == JpegMarkers.ColorTransform) throw JpegHeader.Transformed(source, at);
            if (marker == JpegMarkers.QuantizationTables) ReadTables(source, segment, at, tables);
            if (marker == JpegMarkers.StartOfScan) Assign(header, segment, tables, found);
            position += length;
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] is null) throw source.Error($"JPEG component {header.Components[i].Id}: expected a quantization table, found none");
        }

        return found!;
    }

    private static void ReadTables(in EncodedImage source, ReadOnlySpan<byte> segment, int at, int[]?[] tables)
    {
        while (!segment.IsEmpty)
        {
            int entryBytes = segment[0] >> 4 == 0 ? 1 : 2, number = segment[0] & 15;
            segment = segment[1..];
            if (number >= TableCount) throw source.Error($"JPEG quantization table {number} at byte {at}: expected a number below {TableCount}");
            if (segment.Length < Entries * entryBytes)
            {
                throw source.Error($"JPEG quantization table {number} at byte {at}: expected {Entries * entryBytes} bytes, found {segment.Length}");
            }

            int[] table = new int[Entries];
            for (int i = 0; i < Entries; i++)
            {
                table[Places[i]] = entryBytes == 1 ? segment[i] : BinaryPrimitives.ReadUInt16BigEndian(segment[(2 * i)..]);
            }

            tables[number] = table;
            segment = segment[(Entries * entryBytes)..];
        }
    }

    private static void Assign(JpegHeader header, ReadOnlySpan<byte> scan, int[]?[] tables, int[]?[] found)
    {
        for (int entry = 0; !scan.IsEmpty && entry < scan[0] && 2 * entry + 1 < scan.Length; entry++)
        {
            int id = scan[2 * entry + 1];
            for (int i = 0; i < found.Length; i++)
            {
                JpegComponent component = header.Components[i];
                if (component.Id == id && component.Table < TableCount) found[i] ??= tables[component.Table];
            }
        }
    }
}
