using System.Globalization;
using EfficientNet.Benchmarks.Reports;
using Cells = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>A report of <c>benchmarks/compare</c>, read back.</summary>
/// <param name="Commit">The commit that it measured.</param>
/// <param name="Family">Networks and engines, a row each: faster, and share of the peak, by threads.</param>
/// <param name="Avx2">Networks by the AVX2 kernels; none where the processor has no wider ones.</param>
/// <param name="Batches">Batches against single images.</param>
/// <param name="Starts">Fresh processes to their first logits.</param>
/// <param name="Memory">Their peak resident memory.</param>
internal sealed record ComparisonReport(
    string Commit, IReadOnlyList<Cells> Family, IReadOnlyList<Cells> Avx2, IReadOnlyList<Cells> Batches, IReadOnlyList<Cells> Starts, IReadOnlyList<Cells> Memory)
{
    private const string CommitLine = "Commit ";

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">It has no commit, or one of the tables is not in it.</exception>
    public static ComparisonReport Read(string text)
    {
        string commit = text.Split('\n').FirstOrDefault(line => line.StartsWith(CommitLine, StringComparison.Ordinal)) ?? throw new FormatException("the comparison's report names no commit");
        IReadOnlyList<IReadOnlyList<Cells>> tables = ReportTables.Read(text);
        return new ComparisonReport(
            commit[CommitLine.Length..].Trim(),
            With("engine", Share(1)) ?? Missing("the family in short"),
            With("median ms, 1 thread") ?? [],
            With("gain") ?? Missing("batches"),
            With("sooner") ?? Missing("cold starts"),
            With("peak resident, MB") ?? Missing("memory"));

        IReadOnlyList<Cells>? With(params string[] columns) => tables.FirstOrDefault(table => table.Count > 0 && columns.All(table[0].ContainsKey));

        static IReadOnlyList<Cells> Missing(string what) => throw new FormatException($"the comparison's report has no table of {what}");
    }

    /// <summary>The column of a share of the FMA peak.</summary>
    public static string Share(int threads) => $"share of peak, {Threads(threads)}";

    /// <summary>The column of how many times faster than ONNX Runtime.</summary>
    public static string Faster(int threads) => $"faster, {Threads(threads)}";

    /// <summary>A number of threads in words.</summary>
    public static string Threads(int count) => $"{count} thread{(count == 1 ? "" : "s")}";

    /// <summary>A cell's number, without its unit.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static double Number(string cell) => double.Parse(cell.TrimEnd('%', '×', ' '), CultureInfo.InvariantCulture);
}
