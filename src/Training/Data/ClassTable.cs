namespace EfficientNet.Training;

/// <summary>Names of classes with their numbers.</summary>
internal sealed class ClassTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">There is no class, or one twice.</exception>
    public ClassTable(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            throw new ArgumentException("There must be at least one class.", nameof(names));
        Names = [.. names];
        for (int i = 0; i < Names.Length; i++)
        {
            if (!_numbers.TryAdd(Names[i], i))
                throw new ArgumentException($"The class '{Names[i]}' is listed twice.", nameof(names));
        }
    }

    public string[] Names { get; }

    /// <exception cref="DatasetException">There is no class of that name.</exception>
    public int NumberOf(string name, string file, string place)
    {
        return _numbers.TryGetValue(name, out int number) ? number : throw new DatasetException(file, place, $"a class ({Listed()})", $"'{name}'");
    }

    /// <summary>The names for a message: all of them, or the first few.</summary>
    public string Listed()
    {
        const int most = 10;
        return string.Join(", ", Names.Take(most)) + (Names.Length > most ? $", … {Names.Length} in all" : "");
    }
}
