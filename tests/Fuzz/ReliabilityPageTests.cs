using System.Globalization;
using EfficientNet.Fuzz.Tests.Reports;
using EfficientNet.Fuzz.Tests.Targets;

namespace EfficientNet.Fuzz.Tests;

/// <summary>The page says of every parser what its fixed budget is.</summary>
public class ReliabilityPageTests
{
    private const int RandomColumn = 4;

    [Fact]
    public void Every_parser_has_a_row_with_as_many_inputs_as_it_reads()
    {
        string[] lines = File.ReadAllLines(ReliabilityTable.Page);
        foreach (Target target in Parsers.All())
        {
            string row = lines.Where(line => line.StartsWith($"| {target.Name} |", StringComparison.Ordinal)).ShouldHaveSingleItem(target.Name);
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
            cells[RandomColumn].ShouldBe(target.FixedExecutions.ToString("N0", CultureInfo.InvariantCulture), target.Name);
            foreach (string run in (string[])["by hand", "AFL++"]) lines.ShouldContain(line => line.StartsWith($"| {run}: {target.Name} |", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void No_parser_is_missing_from_the_list() =>
        Parsers.All().Select(target => target.GetType()).ShouldBe(typeof(Target).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Target)) && !type.IsAbstract), ignoreOrder: true);
}
