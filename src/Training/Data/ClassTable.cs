namespace EfficientNet.Training;

/// <summary>Names of classes with their numbers. Classes may share a name, as ImageNet's two cranes do: then it tells no class.</summary>
internal sealed class ClassTable
{
    private readonly ILookup<string, int> _numbers;

    /// <exception cref="ArgumentException">There is no class.</exception>
    public ClassTable(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            throw new ArgumentException("There must be at least one class.", nameof(names));
        Names = [.. names];
        _numbers = Enumerable.Range(0, Names.Length).ToLookup(number => Names[number], StringComparer.Ordinal);
    }

    public string[] Names { get; }

    /// <exception cref="DatasetException">There is no class of that name, or more than one.</exception>
    public int NumberOf(string name, string file, string place)
    {
        int[] numbers = [.. _numbers[name]];
        return numbers switch
        {
            [int number] => number,
            [] => throw new DatasetException(file, place, $"a class ({Listed()})", $"'{name}'"),
            _ => throw new DatasetException(file, place, "a name that only one class has", $"'{name}', the name of classes {string.Join(" and ", numbers)}"),
        };
    }

    /// <summary>The names for a message: all of them, or the first few.</summary>
    public string Listed()
    {
        const int most = 10;
        return string.Join(", ", Names.Take(most)) + (Names.Length > most ? $", … {Names.Length} in all" : "");
    }
}
