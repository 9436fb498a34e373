using System.Globalization;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

public class InspectTests
{
    [Theory]
    [InlineData("EfficientNetB0", "5,288,548", "symmetric", "1E-05", "silu")]
    [InlineData("efficientnetlite0", "4,652,008", "same", "0.001", "relu6")]
    public async Task It_shows_conventions_and_layers_whose_sums_are_the_totals(string network, string parameters, string padding, string epsilon, string activation)
    {
        string[] lines = (await ProgramRun.Of("inspect", network)).ShouldSucceed().OutputLines;
        lines.ShouldContain(line => line.Contains(" padding ") && line.Contains(padding));
        lines.ShouldContain(line => line.Contains(" epsilon ") && line.Contains($" {epsilon} "));
        lines.ShouldContain(line => line.Contains(" activation ") && line.Contains(activation));

        long[][] layers = Rows(lines).Where(row => row.Name != "total").Select(row => row.Numbers).ToArray();
        long[] total = Rows(lines).Single(row => row.Name == "total").Numbers;
        total[0].ShouldBe(long.Parse(parameters, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        for (int column = 0; column < 3; column++) layers.Sum(row => row[column]).ShouldBe(total[column]);
        lines.ShouldContain(line => line.Contains("  stem ") && line.Contains(" 32×112×112 ") && line.Contains(" 928 ") && line.Contains(" 1,605,632 "));
        lines.ShouldContain(line => line.Contains("  classifier ") && line.Contains(" 1000×1×1 ") && line.Contains(" 1,281,000 "));
    }

    [Fact]
    public async Task Networks_lists_all_with_their_parameters()
    {
        string[] lines = (await ProgramRun.Of("networks")).ShouldSucceed().OutputLines;
        (string Name, string Parameters)[] expected =
        [
            ("B0", "5,288,548"), ("B1", "7,794,184"), ("B2", "9,109,994"), ("B3", "12,233,232"), ("B4", "19,341,616"), ("B5", "30,389,784"),
            ("B6", "43,040,704"), ("B7", "66,347,960"), ("Lite0", "4,652,008"), ("Lite1", "5,416,680"), ("Lite2", "6,092,072"),
            ("Lite3", "8,197,096"), ("Lite4", "13,006,568"), ("V2B0", "7,139,704"), ("V2B1", "8,141,052"), ("V2B2", "10,096,086"), ("V2B3", "14,358,406"),
            ("V2S", "21,458,488"), ("V2M", "54,139,356"), ("V2L", "118,515,272"),
        ];
        lines.Count(line => line.Contains(" EfficientNet")).ShouldBe(expected.Length);
        foreach ((string name, string parameters) in expected)
        {
            string weights = name == "Lite0" ? " yes " : " no ";
            lines.ShouldContain(line => line.Contains($" EfficientNet{name} ") && line.Contains($" {parameters} ") && line.Contains(weights), name);
        }
    }

    // The last three columns of a row of the layer table are whole numbers with commas.
    private static IEnumerable<(string Name, long[] Numbers)> Rows(string[] lines)
    {
        foreach (string line in lines.SkipWhile(line => !line.Contains("Activation bytes")))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 4) continue;
            var numbers = new long[3];
            bool row = true;
            for (int i = 0; i < 3; i++)
            {
                row &= long.TryParse(words[words.Length - 3 + i], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out numbers[i]);
            }

            if (row) yield return (words[0], numbers);
        }
    }
}
