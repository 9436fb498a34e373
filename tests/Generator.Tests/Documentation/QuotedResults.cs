using System.Text.RegularExpressions;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Documentation;

/// <summary>The README's sections "How fast" and "How soon" against the result files that they link to.</summary>
internal static partial class QuotedResults
{
    /// <summary>The result file of a section, from the repository's root.</summary>
    public static string FileOf(string readme, string section) => ResultLink().Match(Markdown.Section(readme, section)).Groups[1].Value;

    /// <summary>The rows of the table of starts.</summary>
    public static IReadOnlyList<Row> Starts(string readme) => Table(Markdown.Section(readme, "How soon").Split('\n'));

    /// <summary>Rows of starts that are not what the result file says: a column of the README's is one of its tables' with the same heading.</summary>
    public static IReadOnlyList<string> UnfoundedStarts(string readme, string results)
    {
        string[] lines = results.Split('\n');
        List<Row>[] measured = [.. new[] { "Cold start:", "Peak resident memory" }.Select(title => Table(lines.SkipWhile(line => !line.StartsWith(title, StringComparison.Ordinal))))];
        return [.. Starts(readme).Where(row => !IsFounded(row)).Select(row => row.ToString())];

        bool IsFounded(Row row)
        {
            Row[] same = [.. measured.Select(table => table.Single(one => one["network"] == row["network"] && one["threads"] == row["threads"] && one["engine"] == row["engine"]))];
            return row.Cells.All(cell => same.Any(one => one.Cells.TryGetValue(cell.Key, out string? value) && value == cell.Value));
        }
    }

    /// <summary>The rows of the section's table.</summary>
    public static IReadOnlyList<Row> Rows(string readme) => Table(Markdown.Section(readme, "How fast").Split('\n'));

    /// <summary>What the section says and the result file does not, one line each.</summary>
    public static IReadOnlyList<string> Unfounded(string readme, string results)
    {
        string[] lines = results.Split('\n');
        List<string> unfounded = Markdown.Section(readme, "How fast").Split('\n').Where(line => line.EndsWith("  ", StringComparison.Ordinal) && !lines.Contains(line)).ToList();
        IReadOnlyList<Row> measured = Table(lines);
        foreach (Row row in Rows(readme))
        {
            Row ours = Measured(row, row.Cells.Keys.Single(name => name.StartsWith("this project", StringComparison.Ordinal)));
            Row peer = Measured(row, "ONNX Runtime");
            var expected = new Row(new Dictionary<string, string>(row.Cells)
            {
                [ours["engine"]] = $"{ours["median ms"]} ms",
                ["ONNX Runtime"] = $"{peer["median ms"]} ms",
                ["faster, by rounds"] = ours["faster, by rounds"],
                ["share of peak"] = ours["share of peak"],
            });
            if (row.ToString() != expected.ToString()) unfounded.Add($"{row} should be {expected}");
        }

        return unfounded;

        Row Measured(Row quoted, string engine) =>
            measured.Single(row => row["network"] == quoted["network"] && row["threads"] == quoted["threads"] && row["engine"] == engine);
    }

    /// <summary>The first table in some lines.</summary>
    private static List<Row> Table(IEnumerable<string> lines) => ReportTables.Read(string.Join('\n', lines))[0].Select(cells => new Row(cells)).ToList();

    [GeneratedRegex(@"\((benchmarks/results/[^)]+/compare\.md)\)")]
    private static partial Regex ResultLink();

    /// <summary>A row of a table: its cells by their columns' names.</summary>
    internal sealed record Row(IReadOnlyDictionary<string, string> Cells)
    {
        public string this[string column] => Cells[column];

        public override string ToString() => string.Join(" | ", Cells.Select(cell => $"{cell.Key}: {cell.Value}"));
    }
}
