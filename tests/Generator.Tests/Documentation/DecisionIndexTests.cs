namespace EfficientNet.Compiler.Tests.Documentation;

public class DecisionIndexTests
{
    [Fact]
    public void The_index_names_every_decision_by_its_title()
    {
        string[] rows = Repository.Files("docs/decisions", "0*.md").Select(Row).ToArray();
        rows.Length.ShouldBeGreaterThanOrEqualTo(40);
        Repository.Read("docs", "decisions", "README.md").Split('\n').Where(line => line.StartsWith("| [", StringComparison.Ordinal)).ShouldBe(rows);
    }

    private static string Row(string file)
    {
        string name = Path.GetFileName(file), number = name[..4], title = File.ReadLines(file).First();
        title.ShouldStartWith($"# {number} ");
        return $"| [{number}]({name}) | {title[7..]} |";
    }
}
