using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Runtime;

/// <summary>Reads one tensor after another, or a large one part by part, into one buffer, and refuses values that are not finite.</summary>
/// <remarks>The file has been checked: every tensor of the network is there and has its shape; the classifier may have fewer rows. The missing ones
/// are read as a weight of 0 and a bias of <see cref="MissingClass"/>, which no probability survives.</remarks>
internal sealed unsafe class TensorReader(WeightFile file) : IDisposable
{
    /// <summary>The logit of a class that the weights do not know.</summary>
    public const float MissingClass = -1e30f;

    // 256 KiB: what was read is still in the second-level cache when it is packed, and the buffer's pages are not many that must be cleared.
    private const int PartFloats = 65536;

    private AlignedBuffer _buffer = Buffer(PartFloats);

    /// <summary>Rows of a tensor that are to be read at once: so many as fill the buffer, all where the file does not have them one behind the other.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="rowFloats">Values of a row.</param>
    /// <param name="multiple">What they are to be a multiple of, unless they are all.</param>
    public int RowsAtOnce(string name, int rows, int rowFloats, int multiple)
    {
        return file.TryGetTensor(name, out TensorEntry? tensor) && file.IsReadInParts(tensor)
            ? Math.Min(rows, Math.Max(PartFloats / rowFloats / multiple, 1) * multiple)
            : rows;
    }

    /// <summary>Reads values of one of the network's tensors, missing rows included; the span is valid until the next call.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="first">The first value; 0 where the file does not have them one behind the other.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="WeightFileException">There is no such tensor, the file ends too early, or a value is NaN or
    /// infinite.</exception>
    /// <exception cref="InsufficientMemoryException">The memory for them cannot be had.</exception>
    public ReadOnlySpan<float> Read(string name, long first, int count)
    {
        TensorEntry tensor = file.FindFloats(name);
        if (count > _buffer.Length)
        {
            AlignedBuffer larger = Buffer(count);
            _buffer.Dispose();
            _buffer = larger;
        }
        var values = new Span<float>(_buffer.Pointer, count);
        Span<float> known = values[..(int)Math.Clamp(tensor.Count - first, 0, count)];
        file.ReadFloats(tensor, first, known);
        ThrowIfNotFinite(file.Name, tensor, known, first);
        values[known.Length..].Fill(tensor.Shape.Count == 1 ? MissingClass : 0);
        return values;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
    }

    /// <summary>Refuses NaN and infinities.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">Its values, or some of them.</param>
    /// <param name="first">The first one's place in it.</param>
    /// <exception cref="WeightFileException">There is one; the message names the tensor and the first place.</exception>
    internal static void ThrowIfNotFinite(string file, TensorEntry tensor, ReadOnlySpan<float> values, long first = 0)
    {
        int bad = FirstNonFinite(values);
        if (bad >= 0)
        {
            throw new WeightFileException(
                file, $"tensor {Text.Quote(tensor.Name)} holds {Spell(values[bad])} at {Place(first + bad, tensor.Shape)} (value {first + bad} of {tensor.Count}, counted from 0)");
        }
    }

    /// <summary>Index of the first value that is NaN or infinite; -1 when there is none.</summary>
    internal static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        int i = 0;
        ref float first = ref MemoryMarshal.GetReference(values);
        for (; i <= values.Length - 4 * Vector256<float>.Count; i += 4 * Vector256<float>.Count)
        {
            if ((NonFinite(ref first, i) | NonFinite(ref first, i + 8) | NonFinite(ref first, i + 16) | NonFinite(ref first, i + 24)) != Vector256<uint>.Zero)
                break;
        }
        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }
        return -1;
    }

    /// <summary>All bits set where one of eight values has the exponent of NaN and the infinities.</summary>
    private static Vector256<uint> NonFinite(ref float first, int at)
    {
        Vector256<uint> exponent = Vector256.Create(0x7F800000u);
        return Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at).AsUInt32() & exponent, exponent);
    }

    private static AlignedBuffer Buffer(long floats)
    {
        return AlignedBuffer.Allocate(floats, "a tensor that is read", touch: false);
    }

    private static string Spell(float value)
    {
        return float.IsNaN(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
    }

    private static string Place(long index, IReadOnlyList<long> shape)
    {
        var place = new long[shape.Count];
        for (int i = shape.Count - 1; i >= 0; i--)
            (index, place[i]) = Math.DivRem(index, shape[i]);
        return Text.Shape(place);
    }
}
