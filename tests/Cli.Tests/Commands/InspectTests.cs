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
        lines.ShouldContain(line => line.Contains(" EfficientNetB0 ") && line.Contains(" 5,288,548 ") && line.Contains(" no "));
        lines.ShouldContain(line => line.Contains(" EfficientNetLite0 ") && line.Contains(" 4,652,008 ") && line.Contains(" yes "));
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
