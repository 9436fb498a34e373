using System.Buffers;
using System.Collections.Immutable;

namespace EfficientNet.Runtime;

/// <summary>One tensor of a PyTorch file.</summary>
/// <param name="Name">Its name, without what a training program puts in front.</param>
/// <param name="Tensor">Where its elements lie.</param>
internal sealed record PyTorchEntry(string Name, TorchTensor Tensor) : TensorEntry(Name, Tensor.Storage.DataType, Tensor.Shape)
{
    /// <summary>Where its first element lies in the file.</summary>
    public long Offset => Tensor.Storage.Offset + Tensor.First * Tensor.Storage.ElementBytes;
}

/// <summary>
/// What <c>torch.save</c> wrote, of either format: the tensors of a state dictionary, also when it lies in a checkpoint
/// under <c>state_dict_ema</c>, <c>model_ema</c>, <c>state_dict</c> or <c>model</c> (the first of these that is there),
/// and under the names that the model itself gives them, without DataParallel's <c>module.</c>.
/// </summary>
internal sealed class PyTorchFile : WeightFile
{
    // A view may lie scattered over its storage; how far, is the header's word. Reading stays in proportion to what is asked for.
    private const int WidestSpread = 4;
    private const long SpreadAlwaysRead = 1 << 20;

    /// <exception cref="WeightFileException">The file is damaged, or is refused.</exception>
    public PyTorchFile(string name, ByteSource source, bool isArchive)
        : base(name, source)
    {
        Dictionary<string, TorchTensor> tensors = isArchive ? TorchArchive.Read(name, source) : TorchLegacy.Read(name, source);
        Tensors = tensors
            .Select(tensor => new PyTorchEntry(tensor.Key, tensor.Value))
            .OrderBy(entry => entry.Offset)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .ToList()
            .AsReadOnly();
        Index(Tensors);
    }

    public override IReadOnlyDictionary<string, string> Metadata => ImmutableDictionary<string, string>.Empty;

    public override IReadOnlyList<PyTorchEntry> Tensors { get; }

    internal override bool IsReadInParts(TensorEntry tensor)
    {
        return ((PyTorchEntry)tensor).Tensor.IsContiguous;
    }

    private protected override void ReadTensor(TensorEntry tensor, long first, Span<byte> bytes)
    {
        var entry = (PyTorchEntry)tensor;
        string what = $"tensor {Text.Quote(tensor.Name)}";
        if (entry.Tensor.IsContiguous)
        {
            ReadExactly(entry.Offset + first, bytes, what);
            return;
        }

        long spread = entry.Tensor.Extent * entry.Tensor.Storage.ElementBytes;
        if (spread > Math.Max(SpreadAlwaysRead, (long)WidestSpread * bytes.Length) || spread > Array.MaxLength)
        {
            throw new WeightFileException(
                Name, $"{what} at byte {entry.Offset} is a view whose {bytes.Length} bytes are spread over {spread} of its storage: save it contiguous")
            {
                Offset = entry.Offset,
            };
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)spread);
        try
        {
            Span<byte> region = rented.AsSpan(0, (int)spread);
            ReadExactly(entry.Offset, region, what);
            Gather(entry.Tensor, region, bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Copies a view's elements, row-major.</summary>
    /// <param name="tensor">The view, of at least one dimension and one element.</param>
    /// <param name="region">Its storage from its first element to its last.</param>
    /// <param name="destination">Receives the elements.</param>
    private static void Gather(TorchTensor tensor, ReadOnlySpan<byte> region, Span<byte> destination)
    {
        int size = tensor.Storage.ElementBytes;
        int last = tensor.Shape.Length - 1;
        long step = tensor.Strides[last] * size;
        var index = new long[last];
        long row = 0;
        while (destination.Length > 0)
        {
            long at = row * size;
            for (long i = 0; i < tensor.Shape[last]; i++, at += step)
            {
                region.Slice((int)at, size).CopyTo(destination);
                destination = destination[size..];
            }
            // To the next row: the index counts up, and the place with it.
            for (int d = last - 1; d >= 0; d--)
            {
                row += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d])
                    break;
                row -= tensor.Strides[d] * tensor.Shape[d];
                index[d] = 0;
            }
        }
    }
}
