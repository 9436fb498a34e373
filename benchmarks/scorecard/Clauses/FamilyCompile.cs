using System.Globalization;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What the family costs who compiles all of it: its forward passes in a project with nothing else, and the command line, three of whose networks carry their backward pass.</summary>
internal sealed class FamilyCompile : IClauseGroup
{
    private const double GoalSeconds = 90;

    public string Name => "family-compile";

    public IEnumerable<Row> Measure(bool quick)
    {
        double seconds = NetworkProject.BuildSeconds("EfficientNet*");
        yield return Row.Of(
            $"All {ShippedSpecs.Family.Count} networks of the family generated and compiled: dotnet build of a project with nothing else, its dependencies built before",
            string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
            "≤ 90 s on 2 cores",
            seconds <= GoalSeconds);
        yield return Row.Of(
            $"The command line generated and compiled, {ShippedSpecs.Names.Count} networks, three of them with backward: dotnet build src/Cli, its dependencies built before",
            string.Create(CultureInfo.InvariantCulture, $"{CommandLineProgram.Instance.BuildSeconds:F0} s"));
    }
}
