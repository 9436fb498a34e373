using System.Globalization;

namespace EfficientNet.Reliability.Tests.Reports;

/// <summary>
/// Rows of <c>docs/reliability.md</c>: every run looks whether its row is there and tells of no finding, and one that is asked to
/// (<c>EFFICIENTNET_RELIABILITY_RECORD=1</c>) writes it.
/// </summary>
internal static class ReliabilityRow
{
    private static readonly string Page = Repository.At("docs", "reliability.md");

    /// <summary>Notes what was done so often without a finding.</summary>
    /// <param name="what">What was tried.</param>
    /// <param name="times">How often.</param>
    /// <param name="came">What came of it.</param>
    public static void Note(string what, long times, string came)
    {
        string beginning = $"| {what} |";
        if (Environment.GetEnvironmentVariable("EFFICIENTNET_RELIABILITY_RECORD") == "1")
            RecordedTable.Write(Page, beginning, string.Create(CultureInfo.InvariantCulture, $"{times:N0} | {came} | 0 |"));
        string[] cells = RecordedTable.Read(Page, beginning);
        cells.Length.ShouldBe(4, beginning);
        cells[^1].ShouldBe("0", beginning);
    }
}
