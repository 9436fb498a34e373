using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;
using Cells = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>The forward pass against ONNX Runtime and against the machine's peak: what <c>benchmarks/compare</c> reports, beside what the issue on speed wants of it.</summary>
internal sealed class ComparisonWithPeer : IClauseGroup
{
    private const string First = "EfficientNetB0", Ours = "this project", Jit = "JIT", Native = "NativeAOT, two networks";

    private static readonly SpeedGoals Goals = SpeedGoals.Current;

    public string Name => "speed";

    /// <summary>A report that is there already; null to compare anew, which takes most of an hour.</summary>
    public string? Report { get; init; }

    public IEnumerable<Row> Measure(bool quick)
    {
        ComparisonReport report = ComparisonReport.Read(Report is null ? Compare(quick) : File.ReadAllText(Report));
        string[] networks = report.Family.Select(row => row["network"]).Distinct().ToArray();
        int[] threads = new[] { 1, 2 }.Where(count => report.Family[0].ContainsKey(ComparisonReport.Share(count))).ToArray();
        yield return Row.Of("The comparison with ONNX Runtime that the next rows judge", $"commit {report.Commit}; the goals are those of the {Goals.Class}");
        foreach (string network in networks)
        {
            Cells[] engines = report.Family.Where(row => row["network"] == network).ToArray();
            foreach (int count in threads)
                yield return AtLeast($"Faster than ONNX Runtime, {network}, {ComparisonReport.Threads(count)}", engines, ComparisonReport.Faster(count), Goals.FasterOf(network, count), "×");
            yield return AtLeast($"Share of the FMA peak beside it, {network}, 1 thread", engines, ComparisonReport.Share(1), Goals.Share.TryGetValue(network, out double share) ? share : null, " %");
            if (threads.Contains(2)) yield return SecondThread(network, engines);
        }

        foreach (Cells row in report.Avx2)
            yield return AtLeast($"AVX2 kernels' share of the peak of 256 bits, {row["network"]}, 1 thread", [row], ComparisonReport.Share(1), SpeedGoals.IsOfThirteen(row["network"]) ? Goals.ShareOnAvx2 : null, " %");
        foreach (Cells row in report.Batches)
            yield return AtLeast($"Images a second in batches of {row["batch"]} against one by one, {row["network"]}, {Threads(row)}", [row], "gain", row["network"] == First ? Goals.BatchGain : null, "×");
        foreach (Row row in Starts(report)) yield return row;
    }

    /// <summary>Fresh processes of B0. A user's program carries few networks: that with all of them is beside it without a goal.</summary>
    private static IEnumerable<Row> Starts(ComparisonReport report)
    {
        foreach (Cells row in report.Starts.Where(IsOurFirst))
        {
            string clause = $"A fresh process to its first logits, {First}, {Threads(row)}, {EngineOf(row)}";
            string value = $"{row["median ms"]} ms; {row["sooner"]} as soon as ONNX Runtime without its host's start";
            yield return EngineOf(row).StartsWith(Native, StringComparison.Ordinal) ? Row.Of(clause, value, $"≥ {Text(Goals.Sooner)}× as soon", ComparisonReport.Number(row["sooner"]) >= Goals.Sooner)
                : EngineOf(row) == Jit ? Row.Of(clause, value, $"< {Text(SpeedGoals.JitStart)} ms", ComparisonReport.Number(row["median ms"]) < SpeedGoals.JitStart)
                : Row.Of(clause, value);
        }

        foreach (Cells row in report.Memory.Where(row => IsOurFirst(row) && EngineOf(row).StartsWith(Native, StringComparison.Ordinal)))
        {
            string percent = row["of ONNX Runtime's"];
            yield return Row.Of(
                $"Peak resident memory of that process, {First}, {Threads(row)}, {EngineOf(row)}",
                $"{row["peak resident, MB"]} MB, {percent} of ONNX Runtime's",
                $"≤ {Text(SpeedGoals.Memory)} %",
                ComparisonReport.Number(percent) <= SpeedGoals.Memory);
        }
    }

    private static Row SecondThread(string network, Cells[] engines)
    {
        double[] parts = engines.Select(row => 100 * ComparisonReport.Number(row[ComparisonReport.Share(2)]) / ComparisonReport.Number(row[ComparisonReport.Share(1)])).ToArray();
        string clause = $"Two threads' share of their peak against one thread's, {network}", value = Values(engines, parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part:F1} %")));
        return SpeedGoals.IsOfThirteen(network) ? Row.Of(clause, value, $"≥ {Text(SpeedGoals.SecondThread)} %", parts.All(part => part >= SpeedGoals.SecondThread)) : Row.Of(clause, value);
    }

    /// <summary>A column that all of this project's engines have to reach.</summary>
    private static Row AtLeast(string clause, Cells[] engines, string column, double? goal, string unit)
    {
        string value = Values(engines, engines.Select(row => row[column]));
        return goal is { } least ? Row.Of(clause, value, $"≥ {Text(least)}{unit}", engines.All(row => ComparisonReport.Number(row[column]) >= least)) : Row.Of(clause, value);
    }

    private static string Values(Cells[] engines, IEnumerable<string> values) => string.Join("; ", engines.Zip(values, (row, value) => row.ContainsKey("engine") ? $"{value} ({EngineOf(row)})" : value));

    private static bool IsOurFirst(Cells row) => row["network"] == First && row["engine"].StartsWith(Ours, StringComparison.Ordinal);

    private static string EngineOf(Cells row) => row["engine"][(Ours.Length + 2)..];

    private static string Threads(Cells row) => ComparisonReport.Threads(int.Parse(row["threads"], CultureInfo.InvariantCulture));

    private static string Text(double goal) => goal.ToString(CultureInfo.InvariantCulture);

    private static string Compare(bool quick)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efficientnet-compare-");
        try
        {
            string[] arguments = [Folders.InRepository("benchmarks", "compare", "run.sh"), "--output", folder.FullName];
            if (!Command.TryFollow("sh", quick ? [.. arguments, "--quick"] : arguments, out string why)) throw new InvalidOperationException($"the comparison fails: {why}");
            return File.ReadAllText(Directory.GetFiles(folder.FullName, "compare.md", SearchOption.AllDirectories).Single());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
