namespace EfficientNet.Compiler.Parsing;

/// <summary>Finds what a misspelt word was meant to be.</summary>
internal static class Suggestions
{
    /// <summary>"did you mean …?" where one candidate is near, else the list of them all.</summary>
    public static string For(string word, IEnumerable<string> candidates)
    {
        string[] all = [.. candidates];
        return Text(Nearest(word, all), all);
    }

    /// <summary>The same where the nearest candidate is known; null where none is near.</summary>
    public static string Text(string? nearest, IReadOnlyCollection<string> candidates) =>
        nearest is not null ? $"did you mean '{nearest}'?"
        : candidates.Count == 0 ? "there are no others than those that are here"
        : $"expected one of {string.Join(", ", candidates)}";

    /// <summary>The candidate with the fewest edits; nothing where even that is more than a third of the word.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        // A word longer than any key plus its allowance cannot be near one; this also bounds the table below.
        if (word.Length > 64) return null;
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            int allowed = Math.Max(1, Math.Max(word.Length, candidate.Length) / 3);
            if (distance <= allowed && distance < fewest) (nearest, fewest) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(substitution, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                cost[i, j] = swapped ? Math.Min(best, 1 + cost[i - 2, j - 2]) : best;
            }
        }

        return cost[a.Length, b.Length];
    }
}
