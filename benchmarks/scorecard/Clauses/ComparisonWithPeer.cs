using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Scorecard.Model;
using Cells = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>
/// The forward pass against ONNX Runtime and against the machine's peak: what <c>benchmarks/compare</c> reports, beside what the issue on speed wants of it. The rows are those
/// of the goals: what a report does not have is said, and where NativeAOT is missing nothing is met.
/// </summary>
internal sealed class ComparisonWithPeer : IClauseGroup
{
    private const string First = "EfficientNetB0", Jit = "this project, JIT", Native = "this project, NativeAOT", Alone = Native + ", two networks";
    private const string NotThere = "the comparison's report does not have it", WithoutNative = "not measured with NativeAOT: ";

    private static readonly int[] Threads = [1, 2];

    public string Name => "speed";

    /// <summary>A report that is there already; null to compare anew, which takes most of an hour.</summary>
    public string? Report { get; init; }

    public IEnumerable<Row> Measure(bool quick)
    {
        if (Report is null && !Command.TryRun("node", ["--version"], out _)) return [Row.NotMeasured("The comparison with ONNX Runtime", "", "there is no Node")];
        ComparisonReport report = ComparisonReport.Read(Report is null ? Compare(quick) : File.ReadAllText(Report));
        SpeedGoals? goals = SpeedGoals.Of(report.Processor);
        Row head = Row.Of("The comparison with ONNX Runtime that the next rows judge", $"commit {report.Commit}; {report.Processor}: {goals?.Class ?? "a class without goals"}");
        return [head, .. Networks(report, goals), .. Batches(report, goals), .. Starts(report, goals), .. Memory(report, goals)];
    }

    private static IEnumerable<Row> Networks(ComparisonReport report, SpeedGoals? goals)
    {
        string[] names = BenchmarkNetwork.All.Select(network => network.Name).ToArray();
        foreach (string network in names)
        {
            Cells[] engines = report.Family.Where(row => row["network"] == network).ToArray();
            foreach (int count in Threads)
                yield return AtLeast($"Faster than ONNX Runtime, {network}, {ComparisonReport.Threads(count)}", engines, ComparisonReport.Faster(count), goals?.FasterOf(network, count), "×");
            yield return AtLeast($"Share of the FMA peak beside it, {network}, 1 thread", engines, ComparisonReport.Share(1), Of(goals?.Share, network), " %");
            yield return AtLeast(
                $"Two threads' share of their peak against one thread's, {network}", engines, ComparisonReport.ShareOverOneThread(2),
                goals is null || !SpeedGoals.IsOfThirteen(network) ? null : SpeedGoals.SecondThread, " %");
        }

        foreach (string network in report.HasWiderThanAvx2 ? names : [])
        {
            Cells[] rows = report.Avx2.Where(row => row["network"] == network).ToArray();
            yield return AtLeast(
                $"AVX2 kernels' share of the peak of 256 bits, {network}, 1 thread", rows, ComparisonReport.Share(1), SpeedGoals.IsOfThirteen(network) ? goals?.ShareOnAvx2 : null, " %", natively: false);
        }
    }

    private static IEnumerable<Row> Batches(ComparisonReport report, SpeedGoals? goals) => Threads.Select(count => AtLeast(
        $"Images a second in batches against one by one, {First}, {ComparisonReport.Threads(count)}", OfFirst(report.Batches, count), "gain", goals?.BatchGain, "×"));

    /// <summary>Fresh processes of B0. A user's program carries few networks: that with all of them is beside it without a goal.</summary>
    private static IEnumerable<Row> Starts(ComparisonReport report, SpeedGoals? goals)
    {
        foreach (int count in Threads)
        {
            Cells[] rows = OfFirst(report.Starts, count);
            foreach (string engine in Engines(rows))
            {
                string clause = $"A fresh process to its first logits, {First}, {ComparisonReport.Threads(count)}, {Short(engine)}";
                string goal = engine == Jit ? $"< {Text(SpeedGoals.JitStart)} ms" : engine.StartsWith(Alone, StringComparison.Ordinal) && goals is not null ? $"≥ {Text(goals.Sooner)}× as soon" : "";
                if (rows.FirstOrDefault(row => row["engine"] == engine) is not { } found)
                {
                    yield return Row.NotMeasured(clause, goal, NotThere);
                    continue;
                }

                string value = $"{found["median ms"]} ms; {found["sooner"]} as soon as ONNX Runtime without its host's start";
                yield return goal.Length == 0 ? Row.Of(clause, value)
                    : Row.Of(clause, value, goal, engine == Jit ? ComparisonReport.Number(found["median ms"]).High < SpeedGoals.JitStart : ComparisonReport.Number(found["sooner"]).Low >= goals!.Sooner);
            }
        }
    }

    private static IEnumerable<Row> Memory(ComparisonReport report, SpeedGoals? goals)
    {
        foreach (int count in Threads)
        {
            Cells[] rows = OfFirst(report.Memory, count);
            foreach (string engine in Engines(rows).Where(engine => engine.StartsWith(Alone, StringComparison.Ordinal)))
            {
                string clause = $"Peak resident memory of that process, {First}, {ComparisonReport.Threads(count)}, {Short(engine)}", goal = goals is null ? "" : $"≤ {Text(SpeedGoals.Memory)} %";
                yield return rows.FirstOrDefault(row => row["engine"] == engine) is not { } found ? Row.NotMeasured(clause, goal, NotThere)
                    : goals is null ? Row.Of(clause, Value(found))
                    : Row.Of(clause, Value(found), goal, ComparisonReport.Number(found["of ONNX Runtime's"]).High <= SpeedGoals.Memory);
            }
        }

        static string Value(Cells row) => $"{row["peak resident, MB"]} MB, {row["of ONNX Runtime's"]} of ONNX Runtime's";
    }

    /// <summary>A column that all of this project's engines have to reach.</summary>
    private static Row AtLeast(string clause, Cells[] engines, string column, double? goal, string unit, bool natively = true) =>
        Judged(clause, engines.Where(row => row.ContainsKey(column)).ToArray(), goal, unit, natively, row => row[column], row => ComparisonReport.Number(row[column]).Low);

    private static Row Judged(string clause, Cells[] engines, double? goal, string unit, bool natively, Func<Cells, string> value, Func<Cells, double> least)
    {
        string wanted = goal is { } number ? $"≥ {Text(number)}{unit}" : "";
        if (engines.Length == 0) return Row.NotMeasured(clause, wanted, NotThere);
        string values = string.Join("; ", engines.Select(row => row.TryGetValue("engine", out string? engine) ? $"{value(row)} ({Short(engine)})" : value(row)));
        if (goal is null) return Row.Of(clause, values);
        bool met = engines.All(row => least(row) >= goal);
        return met && natively && !engines.Any(row => row["engine"] == Native) ? Row.NotMeasured(clause, wanted, WithoutNative + values) : Row.Of(clause, values, wanted, met);
    }

    /// <summary>This project's engines in a table of starts, those with a goal whether they are there or not.</summary>
    private static IEnumerable<string> Engines(Cells[] rows) =>
        rows.Select(row => row["engine"]).Where(engine => engine.StartsWith("this project", StringComparison.Ordinal)).Append(Jit).Append(Alone).Distinct();

    private static Cells[] OfFirst(IReadOnlyList<Cells> table, int threads) => table.Where(row => row["network"] == First && row["threads"] == Text(threads)).ToArray();

    private static double? Of(Dictionary<string, double>? goals, string network) => goals is not null && goals.TryGetValue(network, out double goal) ? goal : null;

    private static string Short(string engine) => engine[(engine.IndexOf(',', StringComparison.Ordinal) + 2)..];

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

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
