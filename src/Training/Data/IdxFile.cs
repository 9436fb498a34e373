using System.Buffers.Binary;
using System.IO.Compression;

namespace EfficientNet.Training;

/// <summary>
/// A file in MNIST's IDX format, gzipped or not: two zeros, the type (08, unsigned bytes), the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
/// </summary>
internal sealed record IdxFile(string Path, int[] Dimensions, byte[] Values)
{
    // Deflate's longest match of 258 bytes takes two bits at the least.
    private const long MostExpansion = 1032;

    /// <exception cref="DatasetException">The file cannot be read, is no IDX file of so many dimensions, or is too short or too long.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            bool zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            using Stream stream = zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(path, stream, dimensions, zipped ? file.Length * MostExpansion : file.Length);
        }
        catch (InvalidDataException exception)
        {
            throw new DatasetException(path, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DatasetException.Unreadable(path, exception);
        }
    }

    private static IdxFile Read(string path, Stream stream, int dimensions, long longest)
    {
        byte[] header = new byte[4 + 4 * dimensions];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        byte[] magic = [0, 0, 8, (byte)dimensions];
        if (read < header.Length || !header.AsSpan(0, 4).SequenceEqual(magic))
        {
            string found = read < header.Length ? $"{read} bytes" : Convert.ToHexString(header.AsSpan(0, 4));
            throw new DatasetException(path, "byte 0", $"an IDX header of {header.Length} bytes that begins with {Convert.ToHexString(magic)}", found);
        }

        var sizes = new int[dimensions];
        long length = 1;
        for (int i = 0; i < dimensions; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * i));
            if (size == 0 || size > Array.MaxLength / length)
                throw new DatasetException(path, $"byte {4 + 4 * i}", $"a size of at least 1 and at most {Array.MaxLength} values in all", $"{size}");
            sizes[i] = (int)size;
            length *= size;
        }

        // Said before memory is taken for what a damaged header promises.
        if (length + header.Length > longest)
            throw Cut(path, length, "fewer");
        byte[] values = new byte[length];
        read = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (read < length)
            throw Cut(path, length, $"{read}");
        return stream.ReadByte() < 0 ? new IdxFile(path, sizes, values) : throw Cut(path, length, "more");
    }

    private static DatasetException Cut(string path, long expected, string found)
    {
        return new DatasetException(path, "values", $"{expected} bytes", found);
    }
}
