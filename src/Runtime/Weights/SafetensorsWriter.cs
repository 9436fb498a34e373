using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EfficientNet.Runtime;

/// <summary>Writes safetensors files of F32, F16 and BF16 tensors. The same tensors and metadata give the same bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file, as <see cref="WholeFile"/> does: the old file or the whole new one is there, never a part.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="tensors">The tensors, in the order in which they are to lie.</param>
    /// <param name="metadata">Strings for the header, written in ordinal order; or null.</param>
    /// <exception cref="ArgumentException">A name appears twice or is <c>__metadata__</c>, a tensor has another
    /// number of values than its shape says, or a type that is none of the three.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        WholeFile.Write(path, file => Write(file, tensors, metadata));
    }

    /// <summary>Writes to a stream, from its position on.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensors">The tensors, in the order in which they are to lie.</param>
    /// <param name="metadata">Strings for the header, written in ordinal order; or null.</param>
    /// <exception cref="ArgumentException">A name appears twice or is <c>__metadata__</c>, a tensor has another
    /// number of values than its shape says, or a type that is none of the three.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsTensor[] all = tensors.ToArray();
        Check(all);

        ReadOnlySpan<byte> json = Header(all, metadata);
        int padding = (AlignedBuffer.Alignment - (sizeof(ulong) + json.Length) % AlignedBuffer.Alignment) % AlignedBuffer.Alignment;
        if (json.Length + padding > SafetensorsFile.MaximumHeaderBytes)
            throw new ArgumentException($"The header would take {json.Length} bytes, above the format's {SafetensorsFile.MaximumHeaderBytes}.", nameof(tensors));
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(json.Length + padding));
        stream.Write(length);
        stream.Write(json);
        // The format wants no more than a multiple of 8. So the first tensor begins on a vector's boundary for whoever maps the file.
        Span<byte> spaces = stackalloc byte[padding];
        spaces.Fill((byte)' ');
        stream.Write(spaces);
        foreach (SafetensorsTensor tensor in all)
        {
            if (tensor.DataType == SafetensorsTypes.Float32)
                WriteValues(stream, tensor.Values.Span);
            else
                WriteNarrow(stream, tensor.Values.Span, tensor.DataType == SafetensorsTypes.Float16);
        }
    }

    private static void Check(SafetensorsTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"The tensor name {Text.Quote(tensor.Name)} is taken.", nameof(tensors));
            if (!SafetensorsTypes.IsReadable(tensor.DataType))
                throw new ArgumentException($"Tensor {Text.Quote(tensor.Name)} is to be {Text.Quote(tensor.DataType)}: F32, F16 and BF16 can be written.", nameof(tensors));
            Int128 count = 1;
            foreach (long dimension in tensor.Shape)
                count = dimension >= 0 && count <= long.MaxValue ? count * dimension : -1;
            if (count != tensor.Values.Length)
            {
                throw new ArgumentException(
                    $"Tensor {Text.Quote(tensor.Name)} of shape {Text.Shape(tensor.Shape)} has {tensor.Values.Length} values.", nameof(tensors));
            }
        }
    }

    private static ReadOnlySpan<byte> Header(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        long offset = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.DataType);
            json.WriteStartArray("shape");
            foreach (long dimension in tensor.Shape)
                json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            offset += (long)tensor.Values.Length * SafetensorsTypes.Bits(tensor.DataType)!.Value / 8;
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteNarrow(Stream stream, ReadOnlySpan<float> values, bool half)
    {
        const int Piece = 1 << 16;
        var bytes = new byte[Math.Min(values.Length, Piece) * sizeof(ushort)];
        for (int first = 0; first < values.Length; first += Piece)
        {
            ReadOnlySpan<float> piece = values.Slice(first, Math.Min(Piece, values.Length - first));
            for (int i = 0; i < piece.Length; i++)
            {
                ushort bits = half ? BitConverter.HalfToUInt16Bits((Half)piece[i]) : FloatConversion.ToBFloat16(piece[i]);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), bits);
            }
            stream.Write(bytes, 0, piece.Length * sizeof(ushort));
        }
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            // In pieces: the bytes of a whole tensor may be more than one span can hold.
            const int Piece = 1 << 18;
            for (int i = 0; i < values.Length; i += Piece)
                stream.Write(MemoryMarshal.AsBytes(values.Slice(i, Math.Min(Piece, values.Length - i))));
            return;
        }
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }
}
