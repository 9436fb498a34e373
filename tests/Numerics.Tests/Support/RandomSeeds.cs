using System.Globalization;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>The seeds of random networks that tests take: the same in every run, or those that are asked for by hand.</summary>
internal static class RandomSeeds
{
    /// <summary>The variable of seeds by hand, as <c>1001-2000</c>: they are tried in place of the usual ones.</summary>
    public const string Variable = "EFFICIENTNET_RANDOM_SPECS";

    /// <summary>Networks in one compilation.</summary>
    public const int Together = 10;

    /// <summary>The first and the last seed of each compilation.</summary>
    /// <param name="always">How many are tried where nobody asks.</param>
    public static TheoryData<int, int> Ranges(int always)
    {
        (int first, int last) = AskedFor() ?? (1, always);
        var ranges = new TheoryData<int, int>();
        for (int seed = first; seed <= last; seed += Together) ranges.Add(seed, Math.Min(seed + Together - 1, last));
        return ranges;
    }

    private static (int First, int Last)? AskedFor()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text)) return null;
        string[] ends = text.Split('-');
        if (ends.Length == 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && first >= 1 && first <= last)
        {
            return (first, last);
        }

        throw new ArgumentException($"{Variable} is '{text}': expected the first and the last seed, as 1001-2000.");
    }
}
