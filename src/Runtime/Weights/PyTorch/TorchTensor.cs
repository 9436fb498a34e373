namespace EfficientNet.Runtime;

/// <summary>A tensor as PyTorch has it: a view of a storage. Element [i, j, …] is the storage's element
/// <c>First + i · Strides[0] + j · Strides[1] + …</c>.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long First, long[] Shape, long[] Strides)
{
    private const int MostDimensions = 32;

    /// <summary>Number of elements.</summary>
    public long Count { get; private init; }

    /// <summary>Elements of the storage from the first to the last that belong to the tensor.</summary>
    public long Extent { get; private init; }

    /// <summary>Whether the elements lie row-major without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                    return Count == 0;
                expected *= Shape[i];
            }
            return true;
        }
    }

    /// <summary>What <c>torch._utils._rebuild_tensor_v2</c> makes of (storage, first, shape, strides, requires_grad,
    /// hooks), with everything checked that reading relies on.</summary>
    /// <exception cref="WeightFileException">The arguments are others, or the tensor lies outside its storage.</exception>
    public static TorchTensor Rebuild(PickleInput input, object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long first, PickleTuple sizes, PickleTuple steps, ..] || arguments.Length is < 6 or > 7)
            throw input.Invalid("a tensor is not described as torch.save does it");
        // Of a lazily negated tensor the storage holds the opposite.
        if (arguments.Length == 7 && arguments[6] is not (null or PickleDictionary { Items.Count: 0 }))
            throw input.Invalid("a tensor is stored lazily negated or conjugated: save it resolved (torch.resolve_neg)");
        if (sizes.Items.Length > MostDimensions || steps.Items.Length != sizes.Items.Length || first < 0)
            throw input.Invalid($"a tensor has {sizes.Items.Length} dimensions, {steps.Items.Length} strides, and begins at {first}");

        long[] shape = Numbers(input, sizes), strides = Numbers(input, steps);
        Int128 count = 1, extent = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            count *= shape[i];
            extent += (Int128)Math.Max(shape[i] - 1, 0) * strides[i];
            if (count > long.MaxValue || extent > long.MaxValue)
                throw input.Invalid($"a tensor's shape {Text.Shape(shape)} is too large to count");
        }
        if (count == 0)
            extent = 0;
        if (first > storage.Count - extent)
        {
            throw input.Invalid(
                $"a tensor of shape {Text.Shape(shape)} and strides {Text.Shape(strides)} from element {first} on lies outside storage {Text.Quote(storage.Key)} of {storage.Count} elements");
        }
        // What a stride of 0 repeats is not in the file: its size would be the header's word alone.
        if (count > extent)
        {
            throw input.Invalid(
                $"a tensor of shape {Text.Shape(shape)} repeats the elements of its storage (strides {Text.Shape(strides)}): save it contiguous");
        }
        return new TorchTensor(storage, first, shape, strides) { Count = (long)count, Extent = (long)extent };
    }

    private static long[] Numbers(PickleInput input, PickleTuple tuple)
    {
        return Array.ConvertAll(
            tuple.Items,
            item => item is long number and >= 0 ? number : throw input.Invalid("a tensor's shape or strides are not whole numbers from 0 on"));
    }
}
