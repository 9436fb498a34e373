using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// A safetensors file, open for reading: its header has been checked against the format, its tensors are read one by
/// one when asked for.
/// </summary>
/// <remarks>
/// The format: 8 bytes header length N (little-endian), N bytes of JSON that begin with <c>{</c>, then the tensors'
/// bytes, little-endian, row-major, without gaps or overlaps. Not safe for concurrent use.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const int MaximumHeaderBytes = 100_000_000;

    private const int LengthBytes = 8;

    private readonly ByteSource _source;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(string name, ByteSource source)
    {
        Name = name;
        _source = source;
        if (source.Length < LengthBytes)
            throw new WeightFileException(name, $"not a safetensors file: it has {source.Length} bytes, fewer than the header's length takes");

        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        ReadExactly(0, lengthBytes, "the header's length");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > MaximumHeaderBytes)
        {
            throw new WeightFileException(
                name, $"not a safetensors file: it begins with a header length of {headerLength}, above the format's {MaximumHeaderBytes}");
        }
        if ((long)headerLength > source.Length - LengthBytes)
        {
            throw new WeightFileException(
                name, $"the file is cut short: a header of {headerLength} bytes does not fit into a file of {source.Length}");
        }

        var json = new byte[headerLength];
        ReadExactly(LengthBytes, json, "the header");
        SafetensorsHeader header = SafetensorsHeader.Parse(name, json);
        long dataStart = LengthBytes + (long)headerLength;
        SafetensorsCoverage.SortAndCheck(name, header.Tensors, source.Length - dataStart);

        Metadata = header.Metadata.AsReadOnly();
        Tensors = header.Tensors.ConvertAll(tensor => tensor with { Offset = dataStart + tensor.Offset }).AsReadOnly();
        _byName = Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>The header's <c>__metadata__</c>; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order in which they lie in the file.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightFileException">It cannot be opened or read, or its header is invalid.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path))
                throw new WeightFileException(path, "is a folder");
            return Open(path, ByteSource.OpenFile(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(path, "there is no such file", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new WeightFileException(path, "may not be read", exception);
        }
        catch (Exception exception) when (exception is IOException and not WeightFileException or NotSupportedException or ArgumentException)
        {
            throw new WeightFileException(path, $"cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Reads from a stream, from its position on, and checks the header.</summary>
    /// <param name="stream">The stream; it stays the caller's and is not closed. If it cannot seek, it is copied into
    /// memory first. Nobody else may move it while this object is used.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="WeightFileException">It cannot be read, or its header is invalid.</exception>
    public static SafetensorsFile Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Open(name, ByteSource.FromStream(stream));
        }
        catch (IOException exception) when (exception is not WeightFileException)
        {
            throw new WeightFileException(name, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Finds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out SafetensorsEntry? tensor)
    {
        return _byName.TryGetValue(name, out tensor);
    }

    /// <summary>Reads a tensor's values, row-major. F16 and BF16 become float32, which is exact.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The values.</returns>
    /// <exception cref="WeightFileException">There is no such tensor, its type is not F32, F16 or BF16, or the file
    /// ends before it does.</exception>
    public float[] ReadFloats(string name)
    {
        SafetensorsEntry tensor = Find(name);
        if (tensor.Count > Array.MaxLength)
            throw new WeightFileException(Name, $"tensor {Text.Quote(name)} has {tensor.Count} values, too many for one array");
        var values = new float[tensor.Count];
        Read(tensor, values);
        return values;
    }

    /// <summary>Reads a tensor's values, row-major. F16 and BF16 become float32, which is exact.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">Receives the values; exactly as long as the tensor.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="WeightFileException">There is no such tensor, its type is not F32, F16 or BF16, or the file
    /// ends before it does.</exception>
    public void ReadFloats(string name, Span<float> destination)
    {
        SafetensorsEntry tensor = Find(name);
        if (destination.Length != tensor.Count)
        {
            throw new ArgumentException(
                $"Tensor {Text.Quote(name)} has {tensor.Count} values: the span holds {destination.Length}.", nameof(destination));
        }
        Read(tensor, destination);
    }

    /// <summary>Closes the file; a stream is left open.</summary>
    public void Dispose()
    {
        _source.Dispose();
    }

    private static SafetensorsFile Open(string name, ByteSource source)
    {
        try
        {
            return new SafetensorsFile(name, source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private SafetensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_byName.TryGetValue(name, out SafetensorsEntry? tensor))
            throw new WeightFileException(Name, $"there is no tensor {Text.Quote(name)}");
        if (!SafetensorsTypes.IsReadable(tensor.DataType))
            throw new WeightFileException(Name, $"tensor {Text.Quote(name)} has dtype {tensor.DataType}: only F32, F16 and BF16 can be read as floats");
        return tensor;
    }

    private void Read(SafetensorsEntry tensor, Span<float> destination)
    {
        if (destination.Length > int.MaxValue / sizeof(float))
            throw new WeightFileException(Name, $"tensor {Text.Quote(tensor.Name)} has {tensor.Count} values, too many to read at once");
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        if (tensor.DataType == SafetensorsTypes.Float32)
        {
            ReadTensor(tensor, bytes);
            if (!BitConverter.IsLittleEndian)
            {
                Span<uint> words = MemoryMarshal.Cast<float, uint>(destination);
                BinaryPrimitives.ReverseEndianness(words, words);
            }
            return;
        }

        // 16-bit values go into the second half of the destination and are widened from the front: value i is
        // read before the widened values reach its place.
        Span<byte> narrow = bytes[(bytes.Length / 2)..];
        ReadTensor(tensor, narrow);
        Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(narrow);
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(halves, halves);
        if (tensor.DataType == SafetensorsTypes.Float16)
            FloatConversion.FromFloat16(halves, destination);
        else
            FloatConversion.FromBFloat16(halves, destination);
    }

    private void ReadTensor(SafetensorsEntry tensor, Span<byte> bytes)
    {
        ReadExactly(tensor.Offset, bytes, $"tensor {Text.Quote(tensor.Name)}");
    }

    private void ReadExactly(long position, Span<byte> bytes, string what)
    {
        int read;
        try
        {
            read = _source.Fill(position, bytes);
        }
        catch (IOException exception) when (exception is not WeightFileException)
        {
            throw new WeightFileException(Name, $"{what} at byte {position} cannot be read: {exception.Message}", exception);
        }
        if (read < bytes.Length)
        {
            throw new WeightFileException(
                Name, $"the file is cut short: {what} takes bytes {position} to {position + bytes.Length}, but reading ended at byte {position + read}");
        }
    }
}
