using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// A file of named tensors, open for reading: safetensors, or PyTorch's <c>.pth</c> and <c>.pt</c>. Which of them is
/// found by content, not by the name's ending. All headers have been checked; tensors are read one by one when asked for.
/// </summary>
/// <remarks>Not safe for concurrent use. Of a PyTorch file only tensors are read, through an unpickler that knows
/// nothing else: no code in it can run.</remarks>
public abstract class WeightFile : IDisposable
{
    private readonly ByteSource _source;
    private readonly Dictionary<string, TensorEntry> _byName = new(StringComparer.Ordinal);

    private protected WeightFile(string name, ByteSource source)
    {
        Name = name;
        _source = source;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>What the file says about itself: a safetensors header's <c>__metadata__</c>. A PyTorch file has none.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order in which they lie in the file.</summary>
    public abstract IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Whether several threads may read tensors at once.</summary>
    internal bool IsReadConcurrently => _source.IsConcurrent;

    /// <summary>The file's bytes.</summary>
    private protected ByteSource Source => _source;

    /// <summary>Opens a file and checks its headers.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightFileException">It cannot be opened or read, is of neither format, or its headers are
    /// invalid; a PyTorch file is also refused if it needs anything but tensors, storages and dictionaries.</exception>
    public static WeightFile Open(string path)
    {
        return WeightFileOpening.File(path, WeightFileOpening.ByContent);
    }

    /// <summary>Reads from a stream, from its position on, and checks the headers.</summary>
    /// <param name="stream">The stream; it stays the caller's and is not closed. If it cannot seek, it is copied into
    /// memory first. Nobody else may move it while this object is used.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <inheritdoc cref="Open(string)"/>
    public static WeightFile Open(Stream stream, string name)
    {
        return WeightFileOpening.Stream(stream, name, WeightFileOpening.ByContent);
    }

    /// <summary>Finds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorEntry? tensor)
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
        TensorEntry tensor = FindFloats(name);
        if (tensor.Count > Array.MaxLength)
            throw new WeightFileException(Name, $"tensor {Text.Quote(name)} has {tensor.Count} values, too many for one array");
        var values = new float[tensor.Count];
        ReadFloats(tensor, 0, values);
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
        TensorEntry tensor = FindFloats(name);
        if (destination.Length != tensor.Count)
        {
            throw new ArgumentException(
                $"Tensor {Text.Quote(name)} has {tensor.Count} values: the span holds {destination.Length}.", nameof(destination));
        }
        ReadFloats(tensor, 0, destination);
    }

    /// <summary>Reads a tensor of any type as it is stored: its elements row-major, little-endian.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="WeightFileException">There is no such tensor, or the file ends before it does.</exception>
    public byte[] ReadBytes(string name)
    {
        TensorEntry tensor = Find(name);
        Int128 length = (Int128)tensor.Count * SafetensorsTypes.Bits(tensor.DataType)!.Value / 8;
        if (length > Array.MaxLength)
            throw new WeightFileException(Name, $"tensor {Text.Quote(name)} has {length} bytes, too many for one array");
        var bytes = new byte[(int)length];
        ReadTensor(tensor, 0, bytes);
        return bytes;
    }

    /// <summary>Closes the file; a stream is left open.</summary>
    public void Dispose()
    {
        _source.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads some of a tensor's values, whose type is one of floats.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first value to read; 0 where <see cref="IsReadInParts"/> is false.</param>
    /// <param name="destination">Receives as many as it holds.</param>
    internal void ReadFloats(TensorEntry tensor, long first, Span<float> destination)
    {
        if (destination.Length > int.MaxValue / sizeof(float))
            throw new WeightFileException(Name, $"tensor {Text.Quote(tensor.Name)} has {tensor.Count} values, too many to read at once");
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        if (tensor.DataType == SafetensorsTypes.Float32)
        {
            ReadTensor(tensor, first * sizeof(float), bytes);
            ToThisMachine(destination);
            return;
        }

        // 16-bit values go into the second half of the destination and are widened from the front: value i is
        // read before the widened values reach its place.
        Span<byte> narrow = bytes[(bytes.Length / 2)..];
        ReadTensor(tensor, first * sizeof(ushort), narrow);
        Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(narrow);
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(halves, halves);
        if (tensor.DataType == SafetensorsTypes.Float16)
            FloatConversion.FromFloat16(halves, destination);
        else
            FloatConversion.FromBFloat16(halves, destination);
    }

    /// <summary>Whether a part of a tensor takes no more reading than its own bytes.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    internal abstract bool IsReadInParts(TensorEntry tensor);

    /// <summary>Reads elements of a tensor as they are stored, row-major and without gaps.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first element's byte among all of them; 0 where <see cref="IsReadInParts"/> is false.</param>
    /// <param name="bytes">Receives as many as it holds; all of them where that is false.</param>
    private protected abstract void ReadTensor(TensorEntry tensor, long first, Span<byte> bytes);

    /// <summary>Makes the tensors known by name; called once, when they are.</summary>
    private protected void Index(IEnumerable<TensorEntry> tensors)
    {
        foreach (TensorEntry tensor in tensors)
            _byName.Add(tensor.Name, tensor);
    }

    /// <summary>Reads bytes that must be there.</summary>
    private protected void ReadExactly(long position, Span<byte> bytes, string what)
    {
        _source.ReadExactly(Name, position, bytes, what);
    }

    /// <summary>Makes floats of this machine of what was read of F32.</summary>
    private protected static void ToThisMachine(Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
            return;
        Span<uint> words = MemoryMarshal.Cast<float, uint>(values);
        BinaryPrimitives.ReverseEndianness(words, words);
    }

    private TensorEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_byName.TryGetValue(name, out TensorEntry? tensor))
            throw new WeightFileException(Name, $"there is no tensor {Text.Quote(name)}");
        return tensor;
    }

    /// <summary>Finds a tensor of floats.</summary>
    /// <exception cref="WeightFileException">There is none, or its type is not F32, F16 or BF16.</exception>
    internal TensorEntry FindFloats(string name)
    {
        TensorEntry tensor = Find(name);
        if (!SafetensorsTypes.IsReadable(tensor.DataType))
            throw new WeightFileException(Name, $"tensor {Text.Quote(name)} has dtype {tensor.DataType}: only F32, F16 and BF16 can be read as floats");
        return tensor;
    }
}
