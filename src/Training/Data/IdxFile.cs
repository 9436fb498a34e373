using System.Buffers.Binary;
using System.IO.Compression;

namespace EfficientNet.Training;

/// <summary>A file of MNIST's format: bytes 0 0 8 n, then n sizes of 32 bits with the highest byte first, then as many unsigned bytes as their product.</summary>
/// <param name="Name">The file.</param>
/// <param name="Sizes">Its dimensions, the slowest first.</param>
/// <param name="Bytes">Its values.</param>
internal sealed record IdxFile(string Name, int[] Sizes, byte[] Bytes)
{
    private const int MagicBytes = 4;
    private const byte UnsignedBytes = 8;

    /// <summary>Reads a file, which may be gzipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">How many it must have.</param>
    /// <exception cref="DatasetException">It cannot be read, or is not that.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            Span<byte> first = stackalloc byte[2];
            bool zipped = file.ReadAtLeast(first, 2, throwOnEndOfStream: false) == 2 && first[0] == 0x1F && first[1] == 0x8B;
            file.Position = 0;
            if (!zipped) return Read(path, file, dimensions);
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            return Read(path, unzipped, dimensions);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException(path, "there is no such file", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new DatasetException(path, $"is no whole gzip file: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    private static IdxFile Read(string path, Stream stream, int dimensions)
    {
        byte[] header = new byte[MagicBytes + dimensions * sizeof(int)];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < MagicBytes || header[0] != 0 || header[1] != 0)
            throw new DatasetException(path, "is no IDX file: it has to begin with the bytes 0 0");
        if (header[2] != UnsignedBytes)
            throw new DatasetException(path, $"holds values of type {header[2]} at byte 2: expected {UnsignedBytes}, unsigned bytes");
        if (header[3] != dimensions)
            throw new DatasetException(path, $"has {header[3]} dimensions at byte 3: expected {dimensions}");
        if (read < header.Length)
            throw new DatasetException(path, $"ends within its header: expected {header.Length} bytes, found {read}");
        var sizes = new int[dimensions];
        long product = 1;
        for (int i = 0; i < dimensions; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(MagicBytes + i * sizeof(int)));
            product = size <= int.MaxValue ? product * size : long.MaxValue;
            if (product > Array.MaxLength)
                throw new DatasetException(path, $"has {size} as size {i}, too many values for memory");
            sizes[i] = (int)size;
        }

        byte[] bytes = ReadExactly(path, stream, product);
        return stream.ReadByte() < 0
            ? new IdxFile(path, sizes, bytes)
            : throw new DatasetException(path, $"has more than the {product} values that its sizes {string.Join(" x ", sizes)} say");
    }

    // In growing pieces: a header may not make us allocate what the file cannot back.
    private static byte[] ReadExactly(string path, Stream stream, long count)
    {
        using var values = new MemoryStream();
        var piece = new byte[1 << 16];
        while (values.Length < count)
        {
            int read = stream.Read(piece, 0, (int)Math.Min(piece.Length, count - values.Length));
            if (read == 0)
                throw new DatasetException(path, $"ends too early: expected {count} values, found {values.Length}");
            values.Write(piece, 0, read);
        }

        return values.ToArray();
    }
}
