using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Runtime;

/// <summary>Reads one tensor after another into one buffer, and refuses values that are not finite.</summary>
/// <remarks>The file has been checked: every tensor of the network is there and has its shape; the classifier may have fewer rows. The missing ones
/// are read as a weight of 0 and a bias of <see cref="MissingClass"/>, which no probability survives.</remarks>
internal sealed unsafe class TensorReader : IDisposable
{
    /// <summary>The logit of a class that the weights do not know.</summary>
    public const float MissingClass = -1e30f;

    private readonly WeightFile _file;
    private readonly AlignedBuffer _buffer;
    private readonly ExpectedTensor[] _classifier;

    private TensorReader(WeightFile file, AlignedBuffer buffer, ExpectedTensor[] classifier)
    {
        _file = file;
        _buffer = buffer;
        _classifier = classifier;
    }

    /// <summary>Makes one whose buffer holds any tensor of a network.</summary>
    public static TensorReader Of(NetworkDescription network, WeightFile file, NamingScheme scheme)
    {
        long longest = network.Weights
            .SelectMany(layer => ExpectedTensor.Of(layer, scheme))
            .Select(tensor => tensor.Count)
            .DefaultIfEmpty()
            .Max();
        ExpectedTensor[] classifier = network.Weights.Count == 0 ? [] : ExpectedTensor.Of(network.Weights[^1], scheme).ToArray();
        // Of several readers only one reads the largest.
        return new TensorReader(file, AlignedBuffer.Allocate(longest, $"the largest tensor of {network.Name}", touch: false), classifier);
    }

    /// <summary>Reads one of the network's tensors, missing rows included; the span is valid until the next call.</summary>
    /// <exception cref="WeightFileException">There is no such tensor, the file ends too early, or a value is NaN or
    /// infinite.</exception>
    public ReadOnlySpan<float> Read(string name)
    {
        long count = _file.TryGetTensor(name, out TensorEntry? tensor) ? tensor.Count : 0;
        if (count > _buffer.Length)
            throw new ArgumentException($"{Text.Quote(name)} is none of the network's tensors.", nameof(name));
        var values = new Span<float>(_buffer.Pointer, (int)count);
        _file.ReadFloats(name, values);
        ThrowIfNotFinite(_file.Name, tensor!, values);
        foreach (ExpectedTensor whole in _classifier)
        {
            if (whole.Name == name && whole.Count > count)
            {
                new Span<float>(_buffer.Pointer + count, (int)(whole.Count - count)).Fill(whole.Shape.Count == 1 ? MissingClass : 0);
                return new ReadOnlySpan<float>(_buffer.Pointer, (int)whole.Count);
            }
        }

        return values;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
    }

    /// <summary>Refuses NaN and infinities.</summary>
    /// <exception cref="WeightFileException">There is one; the message names the tensor and the first place.</exception>
    internal static void ThrowIfNotFinite(string file, TensorEntry tensor, ReadOnlySpan<float> values)
    {
        int bad = FirstNonFinite(values);
        if (bad >= 0)
        {
            throw new WeightFileException(
                file, $"tensor {Text.Quote(tensor.Name)} holds {Spell(values[bad])} at {Place(bad, tensor.Shape)} (value {bad} of {values.Length}, counted from 0)");
        }
    }

    /// <summary>Index of the first value that is NaN or infinite; -1 when there is none.</summary>
    internal static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        int i = 0;
        ref float first = ref MemoryMarshal.GetReference(values);
        for (; i <= values.Length - 4 * Vector128<float>.Count; i += 4 * Vector128<float>.Count)
        {
            if ((NonFinite(ref first, i) | NonFinite(ref first, i + 4) | NonFinite(ref first, i + 8) | NonFinite(ref first, i + 12)) != Vector128<uint>.Zero)
                break;
        }
        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }
        return -1;
    }

    /// <summary>All bits set where one of four values has the exponent of NaN and the infinities.</summary>
    private static Vector128<uint> NonFinite(ref float first, int at)
    {
        Vector128<uint> exponent = Vector128.Create(0x7F800000u);
        return Vector128.Equals(Vector128.LoadUnsafe(ref first, (nuint)at).AsUInt32() & exponent, exponent);
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
