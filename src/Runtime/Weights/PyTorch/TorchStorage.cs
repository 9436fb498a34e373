namespace EfficientNet.Runtime;

/// <summary>The memory behind tensors: so many elements of one type.</summary>
/// <param name="key">Its name within the file.</param>
/// <param name="dataType">Its element type, as safetensors spells it.</param>
/// <param name="count">Number of elements.</param>
internal sealed class TorchStorage(string key, string dataType, long count)
{
    public string Key { get; } = key;

    public string DataType { get; } = dataType;

    public long Count { get; } = count;

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes { get; } = SafetensorsTypes.Bits(dataType)!.Value / 8;

    /// <summary>Bytes of all; the count has been checked so that this does not overflow.</summary>
    public long Bytes => Count * ElementBytes;

    /// <summary>Where it lies in the file; set when that is known.</summary>
    public long Offset { get; set; }
}

/// <summary>The storages that a pickle names, each once.</summary>
internal sealed class TorchStorages
{
    // PyTorch's are numbers.
    private const int LongestKey = 256;

    private readonly Dictionary<string, TorchStorage> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyCollection<TorchStorage> All => _byKey.Values;

    public TorchStorage? Find(string key)
    {
        return _byKey.GetValueOrDefault(key);
    }

    /// <summary>Resolves what <c>torch.save</c> writes in a storage's place: ("storage", type, key, device, count), and in
    /// the older format None behind it.</summary>
    /// <exception cref="WeightFileException">It is something else, or contradicts an earlier one.</exception>
    public TorchStorage Find(PickleInput input, object? id)
    {
        if (id is not PickleTuple
            {
                Items: ["storage", PickleGlobal { Kind: PickleGlobalKind.Storage } type, string key, string, long count, .. var rest],
            }
            || rest is not ([] or [null]))
        {
            throw input.Invalid("what it names is not a storage as torch.save writes one");
        }
        if (key.Length > LongestKey)
            throw input.Invalid($"a storage's key has {key.Length} characters, more than {LongestKey}");
        if (count < 0 || count > long.MaxValue / sizeof(double))
            throw input.Invalid($"storage {Text.Quote(key)} has {count} elements");
        if (!_byKey.TryGetValue(key, out TorchStorage? storage))
            _byKey.Add(key, storage = new TorchStorage(key, type.DataType, count));
        else if (storage.DataType != type.DataType || storage.Count != count)
            throw input.Invalid($"storage {Text.Quote(key)} is {count} elements of {type.DataType} here and {storage.Count} of {storage.DataType} before");
        return storage;
    }
}
