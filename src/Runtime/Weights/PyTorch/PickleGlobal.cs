using System.Collections.Frozen;

namespace EfficientNet.Runtime;

/// <summary>What a known name is for.</summary>
internal enum PickleGlobalKind
{
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage,
}

/// <summary>A Python name that a pickle may use. There are no others, and each stands for a few lines here, not for
/// anything that is looked up.</summary>
/// <param name="Module">Its module.</param>
/// <param name="Name">The function or class.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="DataType">A storage's element type, as safetensors spells it.</param>
internal sealed record PickleGlobal(string Module, string Name, PickleGlobalKind Kind, string DataType = "")
{
    private static readonly FrozenDictionary<(string, string), PickleGlobal> Known = new PickleGlobal[]
    {
        new("collections", "OrderedDict", PickleGlobalKind.OrderedDict),
        new("torch._utils", "_rebuild_tensor_v2", PickleGlobalKind.RebuildTensor),
        new("torch._utils", "_rebuild_parameter", PickleGlobalKind.RebuildParameter),
        new("torch", "FloatStorage", PickleGlobalKind.Storage, SafetensorsTypes.Float32),
        new("torch", "HalfStorage", PickleGlobalKind.Storage, SafetensorsTypes.Float16),
        new("torch", "BFloat16Storage", PickleGlobalKind.Storage, SafetensorsTypes.BFloat16),
        new("torch", "DoubleStorage", PickleGlobalKind.Storage, "F64"),
        new("torch", "LongStorage", PickleGlobalKind.Storage, "I64"),
        new("torch", "IntStorage", PickleGlobalKind.Storage, "I32"),
        new("torch", "ShortStorage", PickleGlobalKind.Storage, "I16"),
        new("torch", "CharStorage", PickleGlobalKind.Storage, "I8"),
        new("torch", "ByteStorage", PickleGlobalKind.Storage, "U8"),
        new("torch", "BoolStorage", PickleGlobalKind.Storage, "BOOL"),
    }.ToFrozenDictionary(known => (known.Module, known.Name));

    private static readonly string[] ModelModules = ["torch.nn.", "torchvision.", "timm.", "efficientnet_pytorch."];

    /// <summary>As Python writes it.</summary>
    public string FullName => $"{Module}.{Name}";

    /// <summary>Finds a name, or refuses it.</summary>
    /// <exception cref="WeightFileException">It is none of the known ones.</exception>
    public static PickleGlobal Find(PickleInput input, string module, string name)
    {
        if (Known.TryGetValue((module, name), out PickleGlobal? known))
            return known;
        string quoted = Text.Quote($"{module}.{name}");
        string reason = ModelModules.Any(prefix => $"{module}.".StartsWith(prefix, StringComparison.Ordinal))
            ? $"the file holds a pickled module ({quoted}), not tensors, and could only be read by running code: save the module's state_dict() instead"
            : $"the pickle calls {quoted}: only tensors, storages and dictionaries are read, and no code is ever run";
        throw new WeightFileException(input.File, $"{reason} (before byte {input.Position})") { Offset = input.Position };
    }
}
