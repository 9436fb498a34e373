using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EfficientNet.Runtime;

/// <summary>
/// A safetensors file, open for reading: its header has been checked against the format, its tensors are read one by
/// one when asked for.
/// </summary>
/// <remarks>
/// The format: 8 bytes header length N (little-endian), N bytes of JSON that begin with <c>{</c>, then the tensors'
/// bytes, little-endian, row-major, without gaps or overlaps. Not safe for concurrent use.
/// </remarks>
public sealed class SafetensorsFile : WeightFile
{
    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const int MaximumHeaderBytes = 100_000_000;

    private const int LengthBytes = 8;

    internal SafetensorsFile(string name, ByteSource source)
        : base(name, source)
    {
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
        Index(Tensors);
    }

    /// <summary>The header's <c>__metadata__</c>; empty when there is none.</summary>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order in which they lie in the file.</summary>
    public override IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightFileException">It cannot be opened or read, or its header is invalid.</exception>
    public static new SafetensorsFile Open(string path)
    {
        return WeightFileOpening.File(path, static (name, source) => new SafetensorsFile(name, source));
    }

    /// <summary>Reads from a stream, from its position on, and checks the header.</summary>
    /// <param name="stream">The stream; it stays the caller's and is not closed. If it cannot seek, it is copied into
    /// memory first. Nobody else may move it while this object is used.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="WeightFileException">It cannot be read, or its header is invalid.</exception>
    public static new SafetensorsFile Open(Stream stream, string name)
    {
        return WeightFileOpening.Stream(stream, name, static (called, source) => new SafetensorsFile(called, source));
    }

    /// <summary>Finds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out SafetensorsEntry? tensor)
    {
        bool found = base.TryGetTensor(name, out TensorEntry? entry);
        tensor = (SafetensorsEntry?)entry;
        return found;
    }

    /// <summary>A tensor of F32 where it lies in the file: mapped, never written to, until the buffer is disposed.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <returns>The values; null where they cannot be used as they lie, or there is no file.</returns>
    /// <exception cref="WeightFileException">The file cannot be mapped.</exception>
    internal unsafe AlignedBuffer? Map(SafetensorsEntry tensor)
    {
        // A mapping begins on a page's boundary.
        if (!BitConverter.IsLittleEndian || tensor.Offset % AlignedBuffer.Alignment != 0)
            return null;
        MappedFile? mapped;
        try
        {
            mapped = Source.Map();
        }
        catch (IOException exception)
        {
            throw new WeightFileException(Name, $"cannot be mapped: {exception.Message}", exception);
        }
        return mapped is null ? null : AlignedBuffer.Borrow((float*)(mapped.Start + tensor.Offset), tensor.Count, mapped);
    }

    internal override bool IsReadInParts(TensorEntry tensor)
    {
        return true;
    }

    private protected override void ReadTensor(TensorEntry tensor, long first, Span<byte> bytes)
    {
        ReadExactly(((SafetensorsEntry)tensor).Offset + first, bytes, $"tensor {Text.Quote(tensor.Name)}");
    }
}
