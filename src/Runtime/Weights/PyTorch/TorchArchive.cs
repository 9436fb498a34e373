namespace EfficientNet.Runtime;

/// <summary>The zip format, since PyTorch 1.6: <c>NAME/data.pkl</c> is the pickle, <c>NAME/data/KEY</c> a storage's bytes.</summary>
internal static class TorchArchive
{
    private const string PickleName = "/data.pkl";

    /// <summary>Reads the pickle and finds the storages' places.</summary>
    /// <exception cref="WeightFileException">The archive is no PyTorch file, is damaged, or is refused.</exception>
    public static Dictionary<string, TorchTensor> Read(string file, ByteSource source)
    {
        var zip = new ZipDirectory(file, source);
        ZipEntry[] pickles = zip.Entries.Values
            .Where(entry => entry.Name.EndsWith(PickleName, StringComparison.Ordinal) && entry.Name.IndexOf('/', StringComparison.Ordinal) == entry.Name.Length - PickleName.Length)
            .ToArray();
        if (pickles is not [var pickle])
            throw new WeightFileException(file, $"is a zip archive, but not PyTorch's: it has {pickles.Length} entries named NAME/data.pkl");
        string folder = pickle.Name[..^PickleName.Length];
        if (zip.Entries.ContainsKey($"{folder}/constants.pkl"))
            throw new WeightFileException(file, "is a TorchScript archive, which is code: save the module's state_dict() instead");
        CheckByteOrder(file, source, zip, folder);
        if (pickle.Length > PickleInput.MostBytes)
            throw new WeightFileException(file, $"its pickle at byte {pickle.Header} has {pickle.Length} bytes, more than {PickleInput.MostBytes}") { Offset = pickle.Header };

        var storages = new TorchStorages();
        object? root = new Unpickler(new PickleInput(file, source, zip.Locate(pickle), pickle.Length), storages).Run();
        Dictionary<string, TorchTensor> tensors = StateDictionary.Find(file, root);
        var placed = new HashSet<TorchStorage>();
        foreach ((string name, TorchTensor tensor) in tensors)
        {
            if (placed.Add(tensor.Storage))
                Place(file, zip, $"{folder}/data/{tensor.Storage.Key}", name, tensor.Storage);
        }
        return tensors;
    }

    private static void Place(string file, ZipDirectory zip, string entryName, string tensor, TorchStorage storage)
    {
        if (!zip.Entries.TryGetValue(entryName, out ZipEntry? entry))
            throw new WeightFileException(file, $"tensor {Text.Quote(tensor)} lies in storage {Text.Quote(storage.Key)}, which the file does not have");
        storage.Offset = zip.Locate(entry);
        if (entry.Length < storage.Bytes)
        {
            throw new WeightFileException(
                file, $"storage {Text.Quote(storage.Key)} at byte {storage.Offset} has {entry.Length} bytes and needs {storage.Bytes}, among others for tensor {Text.Quote(tensor)}")
            {
                Offset = storage.Offset,
            };
        }
    }

    private static void CheckByteOrder(string file, ByteSource source, ZipDirectory zip, string folder)
    {
        // Files before PyTorch 2.1 do not say: they are little-endian but for a handful of machines.
        if (!zip.Entries.TryGetValue($"{folder}/byteorder", out ZipEntry? entry))
            return;
        long start = zip.Locate(entry);
        Span<byte> order = stackalloc byte["little".Length];
        if (entry.Length == order.Length)
            source.ReadExactly(file, start, order, "the byte order");
        if (!order.SequenceEqual("little"u8))
            throw new WeightFileException(file, $"its byte order at byte {start} is not 'little': no other is read") { Offset = start };
    }
}
