using System.Globalization;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What all shipped networks cost in one build.</summary>
internal sealed class FamilyCompile : IClauseGroup
{
    public string Name => "family-compile";

    public IEnumerable<Row> Measure(bool quick)
    {
        double seconds = CommandLineProgram.Instance.BuildSeconds;
        return
        [
            Row.Of(
                $"All {ShippedSpecs.Names.Count} networks generated and compiled: dotnet build src/Cli, its dependencies built before",
                string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
                "≤ 90 s on 2 cores",
                seconds <= 90),
        ];
    }
}
