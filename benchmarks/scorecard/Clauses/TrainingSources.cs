using System.Globalization;
using System.Text;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>How much C# a network with its backward pass becomes, and how long that takes to compile.</summary>
internal sealed class TrainingSources : IClauseGroup
{
    private const double GoalBytes = 4e6, GoalSeconds = 15;

    public string Name => "training-source";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach (string network in new[] { "EfficientNetB0", "EfficientNetLite0", "digits" })
        {
            long bytes = new GeneratorRun(training: true, network).Run().GeneratedSources.Sum(source => (long)Encoding.UTF8.GetByteCount(source.SourceText.ToString()));
            yield return Row.Of($"Generated source with backward, {network}, everything", string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F3} MB"), "≤ 4 MB", bytes <= GoalBytes);
        }

        double seconds = NetworkProject.BuildSeconds("EfficientNetB0", training: true);
        yield return Row.Of("EfficientNetB0 with backward generated and compiled: dotnet build of a project with nothing else", string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s"), "≤ 15 s", seconds <= GoalSeconds);
    }
}
