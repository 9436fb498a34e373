using System.Globalization;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Reports;

/// <summary>The tables of <c>docs/reliability.md</c>: a run that is asked to (<c>EFFICIENTNET_FUZZ_RECORD=1</c>) writes its row, of the fixed budget or of a run by hand.</summary>
internal static class ReliabilityTable
{
    public static readonly string Page = Repository.At("docs", "reliability.md");

    public static string Summary(FuzzStatistics run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.Target}: {run.Executions} inputs ({run.Seeds} files, {run.Cuts} cuts, {run.Random} random of seed {run.Seed}), header {run.HeaderShare:P1}, accepted {run.AcceptedShare:P1}, most allocated {run.MostAllocated}, {run.Elapsed.TotalSeconds:F1} s, discovered {run.Discovered}, findings {run.Findings.Count}");

    /// <summary>Writes a run's row over the one that is there.</summary>
    public static void Record(FuzzStatistics run, FuzzBudget budget)
    {
        if (Environment.GetEnvironmentVariable("EFFICIENTNET_FUZZ_RECORD") != "1") return;
        RecordedTable.Write(Page, $"| {(budget.IsFixed ? "" : "by hand: ")}{run.Target} |", string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Seeds} | {run.Cuts:N0} | {run.Random:N0} | {run.Seed} | {run.HeaderShare:P1} | {run.AcceptedShare:P1} | {run.Findings.Count} | {run.Regressions} |"));
    }
}
