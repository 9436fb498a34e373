namespace EfficientNet.Training;

/// <summary>Names of classes and their numbers.</summary>
internal static class ClassNumbers
{
    private const int Shown = 8;

    /// <summary>Every name's number.</summary>
    /// <exception cref="ArgumentException">A name appears twice.</exception>
    public static Dictionary<string, int> Of(IReadOnlyList<string> classes)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++)
        {
            if (!numbers.TryAdd(classes[i], i))
                throw new ArgumentException($"The class {classes[i]} is there twice.", nameof(classes));
        }

        return numbers;
    }

    /// <summary>The first names, for a message.</summary>
    public static string Some(IReadOnlyList<string> classes)
    {
        return classes.Count <= Shown ? string.Join(", ", classes) : $"{string.Join(", ", classes.Take(Shown))} and {classes.Count - Shown} more";
    }
}
