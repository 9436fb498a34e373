namespace EfficientNet.Benchmarks.Reports;

/// <summary>The tables of a report, read back: each row as its cells by their columns' heads.</summary>
internal static class ReportTables
{
    /// <summary>Reads what <c>MarkdownTable</c> writes.</summary>
    /// <param name="report">The whole report.</param>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyDictionary<string, string>>> Read(string report)
    {
        var tables = new List<IReadOnlyList<IReadOnlyDictionary<string, string>>>();
        List<string[]> lines = [];
        foreach (string line in report.Split('\n').Append(""))
        {
            if (line.StartsWith('|'))
            {
                lines.Add(line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());
            }
            else if (lines.Count > 0)
            {
                // Behind the heads is the line of hyphens.
                string[] heads = lines[0];
                tables.Add(lines.Skip(2).Select(cells => heads.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second)).ToArray());
                lines = [];
            }
        }

        return tables;
    }
}
