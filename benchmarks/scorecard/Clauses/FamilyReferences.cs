using System.Globalization;
using System.Text.RegularExpressions;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Every reference, as the numerics tests judge it; this only reads what they found.</summary>
internal sealed partial class FamilyReferences : IClauseGroup
{
    private const string Test = "FamilyReferenceTests";

    public string Name => "family-reference";

    public IEnumerable<Row> Measure(bool quick)
    {
        bool passed = Command.TryRun(
            "dotnet",
            ["test", "tests/Numerics.Tests", "-c", "Release", "--nologo", "-nodeReuse:false", "--filter", $"FullyQualifiedName~{Test}", "--logger", "console;verbosity=detailed"],
            out string output);
        int found = 0;
        foreach (Match match in Finding().Matches(output))
        {
            found++;
            double[] numbers = Enumerable.Range(3, 6).Select(group => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture)).ToArray();
            yield return Row.Of(
                $"Logits and every block against {match.Groups[1].Value}, {match.Groups[2].Value}",
                $"logits {match.Groups[3].Value}; norms {match.Groups[5].Value} relative, samples {match.Groups[7].Value} of the rms, worst of {match.Groups[9].Value}",
                $"≤ {match.Groups[4].Value}; ≤ {match.Groups[6].Value}, ≤ {match.Groups[8].Value}",
                numbers[0] <= numbers[1] && numbers[2] <= numbers[3] && numbers[4] <= numbers[5]);
        }

        yield return Row.Of(
            "References (EfficientNet-L2's, by hand, left out) that the tests found and passed",
            passed ? $"{found} runs" : Command.Tail(output),
            "all tests pass",
            passed && found > 0);
    }

    [GeneratedRegex(@"^\s*(\S+), (\w+): logits (\S+) \(limit (\S+)\), norms (\S+) \((\S+)\), samples (\S+) \((\S+)\), worst of (\d+) blocks", RegexOptions.Multiline)]
    private static partial Regex Finding();
}
