namespace EfficientNet.Tests;

/// <summary>Tables in documents whose rows are written by the runs that they tell of. A row is known by how it begins, and has to be there already.</summary>
internal static class RecordedTable
{
    private static readonly Lock Access = new();

    /// <summary>Writes a row over the one that begins in the same way.</summary>
    /// <param name="page">The document.</param>
    /// <param name="beginning">How the row begins, its first bar included.</param>
    /// <param name="rest">The rest of it, its last bar included.</param>
    public static void Write(string page, string beginning, string rest)
    {
        lock (Access)
        {
            string[] lines = File.ReadAllLines(page);
            int at = Array.FindIndex(lines, line => line.StartsWith(beginning, StringComparison.Ordinal));
            if (at < 0) throw new InvalidDataException($"{page}: expected a row that begins with '{beginning}', found none");
            lines[at] = $"{beginning} {rest}";
            File.WriteAllLines(page, lines);
        }
    }

    /// <summary>The cells of the one row that begins so.</summary>
    /// <param name="page">The document.</param>
    /// <param name="beginning">How the row begins, its first bar included.</param>
    public static string[] Read(string page, string beginning) =>
        File.ReadAllLines(page).Where(line => line.StartsWith(beginning, StringComparison.Ordinal)).ShouldHaveSingleItem($"{page}: {beginning}")
            .Split('|', StringSplitOptions.TrimEntries)[1..^1];
}
