using System.Globalization;
using EfficientNet.Benchmarks.Reports;
using Cells = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>A report of <c>benchmarks/compare</c>, read back.</summary>
/// <param name="Processor">The line about the processor.</param>
/// <param name="Commit">The commit that it measured.</param>
/// <param name="HasWiderThanAvx2">Whether the processor has vectors of 512 bits.</param>
/// <param name="Family">Networks and engines, a row each: faster, and share of the peak, by threads.</param>
/// <param name="Avx2">Networks by the AVX2 kernels; none where the processor has no wider ones.</param>
/// <param name="Batches">Batches against single images.</param>
/// <param name="Starts">Fresh processes to their first logits.</param>
/// <param name="Memory">Their peak resident memory.</param>
internal sealed record ComparisonReport(
    string Processor, string Commit, bool HasWiderThanAvx2, IReadOnlyList<Cells> Family, IReadOnlyList<Cells> Avx2, IReadOnlyList<Cells> Batches, IReadOnlyList<Cells> Starts, IReadOnlyList<Cells> Memory)
{
    private const string CommitLine = "Commit ";

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">It names no processor or no commit, or has no table of networks.</exception>
    public static ComparisonReport Read(string text)
    {
        string[] lines = text.Split('\n');
        int at = Array.FindIndex(lines, line => line.StartsWith(CommitLine, StringComparison.Ordinal));
        if (at < 1) throw new FormatException("the comparison's report names no processor and commit");
        IReadOnlyList<IReadOnlyList<Cells>> tables = ReportTables.Read(text);
        return new ComparisonReport(
            lines[at - 1].Trim(),
            lines[at][CommitLine.Length..].Trim(),
            With("accumulators").Any(row => row["vector"].StartsWith("512", StringComparison.Ordinal)),
            With("engine", "rounds × passes") is { Count: > 0 } family ? family : throw new FormatException("the comparison's report has no table of the family in short"),
            With("median ms, 1 thread"),
            With("gain"),
            With("sooner"),
            With("peak resident, MB"));

        IReadOnlyList<Cells> With(params string[] columns) => tables.FirstOrDefault(table => table.Count > 0 && columns.All(table[0].ContainsKey)) ?? [];
    }

    /// <summary>The column of a share of the FMA peak.</summary>
    public static string Share(int threads) => $"share of peak, {Threads(threads)}";

    /// <summary>The column of the part of one thread's share of its peak that more threads have of theirs.</summary>
    public static string ShareOverOneThread(int threads) => $"share of peak, {threads} threads over 1";

    /// <summary>The column of how many times faster than ONNX Runtime.</summary>
    public static string Faster(int threads) => $"faster, {Threads(threads)}";

    /// <summary>A number of threads in words.</summary>
    public static string Threads(int count) => $"{count} thread{(count == 1 ? "" : "s")}";

    /// <summary>Between what a cell's number was before it was rounded: who judges by it gives nothing away.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static (double Low, double High) Number(string cell)
    {
        string text = cell.TrimEnd('%', '×', ' ');
        double value = double.Parse(text, CultureInfo.InvariantCulture), half = text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? 0.5 * Math.Pow(10, point + 1 - text.Length) : 0.5;
        return (value - half, value + half);
    }
}
