using System.Text;

namespace EfficientNet.Benchmarks.Reports;

/// <summary>A table that reads as well in a terminal as in a rendered file: cells are padded to their column.</summary>
/// <param name="Columns">The head.</param>
internal sealed record MarkdownTable(params string[] Columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells)
    {
        if (cells.Length != Columns.Length) throw new ArgumentException($"{cells.Length} cells for {Columns.Length} columns.", nameof(cells));
        _rows.Add(cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)).ToArray());
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        int[] widths = Columns.Select((head, i) => _rows.Select(row => row[i].Length).Prepend(head.Length).Max()).ToArray();
        var text = new StringBuilder();
        Line(Columns, ' ');
        Line(Columns.Select(_ => "").ToArray(), '-');
        foreach (string[] row in _rows) Line(row, ' ');
        return text.ToString();

        void Line(string[] cells, char fill)
        {
            for (int i = 0; i < cells.Length; i++) text.Append("| ").Append(cells[i].PadRight(widths[i], fill)).Append(' ');
            text.Append("|\n");
        }
    }
}
