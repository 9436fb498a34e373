using System.Collections.Immutable;

namespace EfficientNet.Runtime;

/// <summary>A tuple. Other values of a pickle are plain: <c>null</c>, <see cref="bool"/>, <see cref="long"/>,
/// <see cref="double"/>, <see cref="string"/>, <see cref="System.Numerics.BigInteger"/>, <c>byte[]</c>, and
/// <see cref="List{T}"/>.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public static readonly PickleTuple Empty = new([]);

    public object?[] Items { get; } = items;
}

/// <summary>A dict or OrderedDict. Only what is under a string is kept: an optimizer's numbered states are of no use
/// here, and strings are the only keys whose hashing a hostile file cannot make slow.</summary>
internal sealed class PickleDictionary
{
    private Dictionary<string, object?>? _items;

    public IReadOnlyDictionary<string, object?> Items => _items ?? (IReadOnlyDictionary<string, object?>)ImmutableDictionary<string, object?>.Empty;

    public void Set(object? key, object? value)
    {
        if (key is string name)
            (_items ??= new Dictionary<string, object?>(StringComparer.Ordinal))[name] = value;
    }
}
