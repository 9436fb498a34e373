using System.Buffers.Binary;
using System.Numerics;

namespace EfficientNet.Runtime;

/// <summary>
/// The format before PyTorch 1.6: five pickles (a magic number, the protocol's version, facts about the machine, the
/// object, the keys of the storages), then for each key the number of elements, 8 bytes, and the elements.
/// </summary>
internal static class TorchLegacy
{
    private const long Protocol = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads the pickles and finds the storages' places.</summary>
    /// <exception cref="WeightFileException">The file is damaged, or is refused.</exception>
    public static Dictionary<string, TorchTensor> Read(string file, ByteSource source)
    {
        var input = new PickleInput(file, source, 0, Math.Min(source.Length, PickleInput.MostBytes));
        if (new Unpickler(input, null).Run() is not BigInteger magic || magic != Magic)
            throw input.Invalid("it does not begin with PyTorch's number");
        if (new Unpickler(input, null).Run() is not Protocol)
            throw input.Invalid($"PyTorch's protocol is not {Protocol}");
        if (new Unpickler(input, null).Run() is not PickleDictionary machine || machine.Items.GetValueOrDefault("little_endian") is not true)
            throw input.Invalid("it was written on a big-endian machine, or does not say");

        var storages = new TorchStorages();
        object? root = new Unpickler(input, storages).Run();
        if (new Unpickler(input, null).Run() is not List<object?> keys)
            throw input.Invalid("the keys of the storages are not a list");
        Place(input, source, storages, keys);
        return StateDictionary.Find(file, root);
    }

    private static void Place(PickleInput input, ByteSource source, TorchStorages storages, List<object?> keys)
    {
        long at = input.Position;
        var placed = new HashSet<TorchStorage>();
        Span<byte> length = stackalloc byte[sizeof(long)];
        foreach (object? key in keys)
        {
            if (key is not string name || storages.Find(name) is not { } storage || !placed.Add(storage))
                throw input.Invalid("its list of storages has something else than each storage once");
            string quoted = Text.Quote(name);
            source.ReadExactly(input.File, at, length, $"the length of storage {quoted}");
            long count = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (count != storage.Count)
                throw new WeightFileException(input.File, $"storage {quoted} at byte {at} has {count} elements and needs {storage.Count}") { Offset = at };
            at += length.Length;
            if (storage.Bytes > source.Length - at)
            {
                throw new WeightFileException(
                    input.File, $"the file is cut short: storage {quoted} at byte {at} takes {storage.Bytes} bytes, and {source.Length - at} are left") { Offset = at };
            }
            storage.Offset = at;
            at += storage.Bytes;
        }
        if (storages.All.FirstOrDefault(storage => !placed.Contains(storage)) is { } absent)
            throw input.Invalid($"storage {Text.Quote(absent.Key)} is not in its list of storages");
    }
}
