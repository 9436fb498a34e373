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
        foreach (Type type in typeof(Target).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Target)) && !type.IsAbstract))
        {
            var target = (Target)Activator.CreateInstance(type)!;
            string row = lines.Where(line => line.StartsWith($"| {target.Name} |", StringComparison.Ordinal)).ShouldHaveSingleItem(target.Name);
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
            cells[RandomColumn].ShouldBe(target.FixedExecutions.ToString("N0", CultureInfo.InvariantCulture), target.Name);
            lines.ShouldContain(line => line.StartsWith($"| by hand: {target.Name} |", StringComparison.Ordinal));
        }
    }
}
