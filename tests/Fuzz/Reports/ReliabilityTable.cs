using System.Globalization;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Reports;

/// <summary>The tables of <c>docs/reliability.md</c>: a run that is asked to (<c>EFFICIENTNET_FUZZ_RECORD=1</c>) writes its row, of the fixed budget or of a run by hand.</summary>
internal static class ReliabilityTable
{
    private static readonly Lock Access = new();

    public static readonly string Page = Path.Combine(Repository.Root, "docs", "reliability.md");

    public static string Summary(FuzzStatistics run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.Target}: {run.Executions} inputs ({run.Seeds} files, {run.Cuts} cuts, {run.Random} random of seed {run.Seed}), header {run.HeaderShare:P1}, accepted {run.AcceptedShare:P1}, most allocated {run.MostAllocated}, {run.Elapsed.TotalSeconds:F1} s, discovered {run.Discovered}, findings {run.Findings.Count}");

    /// <summary>Writes a run's row over the one that is there.</summary>
    public static void Record(FuzzStatistics run, FuzzBudget budget)
    {
        if (Environment.GetEnvironmentVariable("EFFICIENTNET_FUZZ_RECORD") != "1") return;
        string beginning = $"| {(budget.IsFixed ? "" : "by hand: ")}{run.Target} |";
        lock (Access)
        {
            string[] lines = File.ReadAllLines(Page);
            int at = Array.FindIndex(lines, line => line.StartsWith(beginning, StringComparison.Ordinal));
            if (at < 0) throw new InvalidDataException($"{Page}: expected a row that begins with '{beginning}', found none");
            lines[at] = string.Create(
                CultureInfo.InvariantCulture,
                $"{beginning} {run.Seeds} | {run.Cuts:N0} | {run.Random:N0} | {run.Seed} | {run.HeaderShare:P1} | {run.AcceptedShare:P1} | {run.Findings.Count} | {run.Regressions} |");
            File.WriteAllLines(Page, lines);
        }
    }
}
