using System.Text.RegularExpressions;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Documentation;

/// <summary>What the page on training data says of speed is what a committed run measured: <c>benchmarks/data -- --quote</c> writes both.</summary>
public partial class TrainingDataNumbersTests
{
    private static readonly string Page = Repository.Read("docs", "training-data.md");

    private static readonly string Results = Repository.Read(ResultLink().Match(Markdown.Section(Page, "Measured")).Groups[1].Value.Split('/'));

    [Fact]
    public void The_table_and_what_it_was_measured_on_stand_in_the_result_file()
    {
        Unfounded(Page).ShouldBeEmpty();
        Table(Page).Length.ShouldBeGreaterThan(3);
        Table(Page).ShouldBe(Table(Results));
    }

    /// <summary>The test's own eyes: every number, altered, is seen.</summary>
    [Fact]
    public void An_altered_number_is_seen()
    {
        foreach (string row in Table(Page).Skip(2))
        {
            foreach (Match number in Number().Matches(row))
            {
                string altered = row.Remove(number.Index, 1).Insert(number.Index, number.Value[0] == '9' ? "8" : "9");
                Unfounded(Page.Replace(row, altered)).ShouldNotBeEmpty(altered);
            }
        }
    }

    private static string[] Unfounded(string page) =>
        [.. Markdown.Section(page, "Measured").Split('\n').Where(line => line.StartsWith('|') || line.EndsWith("  ", StringComparison.Ordinal)).Except(Results.Split('\n'))];

    private static string[] Table(string text) => [.. text.Split("\n## ")[^1].Split('\n').Where(line => line.StartsWith('|'))];

    [GeneratedRegex(@"\(\.\./(benchmarks/results/[^)]+/data\.md)\)")]
    private static partial Regex ResultLink();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
