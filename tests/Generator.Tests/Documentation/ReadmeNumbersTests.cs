using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Documentation;

/// <summary>What the README says of speed is what a committed run measured.</summary>
public class ReadmeNumbersTests
{
    private static readonly string Readme = Repository.Read("README.md");

    private static string Results => Repository.Read(QuotedResults.FileOf(Readme, "How fast").Split('/'));

    private static string StartResults => Repository.Read(QuotedResults.FileOf(Readme, "How soon").Split('/'));

    [Fact]
    public void Every_quoted_number_stands_in_the_result_file() => QuotedResults.Unfounded(Readme, Results).ShouldBeEmpty();

    [Fact]
    public void B0_is_quoted_with_one_and_with_two_threads() =>
        QuotedResults.Rows(Readme).Where(row => row["network"] == "EfficientNetB0").Select(row => row["threads"]).ShouldBe(["1", "2"]);

    [Fact]
    public void Every_quoted_start_stands_in_the_result_file()
    {
        QuotedResults.Starts(Readme).Count.ShouldBeGreaterThan(3);
        QuotedResults.UnfoundedStarts(Readme, StartResults).ShouldBeEmpty();
    }

    [Fact]
    public void An_altered_start_is_seen()
    {
        foreach (QuotedResults.Row row in QuotedResults.Starts(Readme))
        {
            string line = Readme.Split('\n').Single(line => line.StartsWith('|') && line.Trim('|').Split('|').Select(cell => cell.Trim()).SequenceEqual(row.Cells.Values));
            foreach ((string column, string value) in row.Cells.Skip(3).Where(cell => cell.Value.Length > 0))
            {
                string altered = Altered(value);
                QuotedResults.UnfoundedStarts(Readme.Replace(line, line.Replace($"| {value} ", $"| {altered} ")), StartResults).ShouldHaveSingleItem($"{column}: {altered}");
            }
        }
    }

    /// <summary>The test's own eyes: each of the section's claims, altered, is seen.</summary>
    [Fact]
    public void An_altered_number_is_seen()
    {
        foreach (QuotedResults.Row row in QuotedResults.Rows(Readme))
        {
            foreach ((string column, string value) in row.Cells.Skip(2))
            {
                string altered = Altered(value);
                QuotedResults.Unfounded(Readme.Replace($"| {value} ", $"| {altered} "), Results).ShouldNotBeEmpty($"{column}: {altered}");
            }
        }

        QuotedResults.Unfounded(Readme.Replace("2 logical processors", "4 logical processors"), Results).ShouldHaveSingleItem();
    }

    private static string Altered(string value) => value.Replace(value[0], (char)(value[0] == '9' ? '8' : value[0] + 1));
}
