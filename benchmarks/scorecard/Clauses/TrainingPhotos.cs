using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Photos made training crops: decoding, random resized crop, flip, normalisation, nothing kept in memory.</summary>
internal sealed class TrainingPhotos : IClauseGroup
{
    private const double Goal = 150;

    public string Name => "training-photos";

    public IEnumerable<Row> Measure(bool quick)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "data.dll"), "--jpeg", .. quick ? new[] { "--quick" } : []];
        if (!Command.TryRun("dotnet", arguments, out string output)) throw new InvalidOperationException($"the loader's process fails: {Command.Tail(output)}");
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = line.Split(' ');
            double rate = double.Parse(parts[1], CultureInfo.InvariantCulture);
            yield return Row.Of(
                $"Training crops of 224 of {parts[0]}, decoded from the file, a second of one core", string.Create(CultureInfo.InvariantCulture, $"{rate:F0}"), "≥ 150", rate >= Goal);
        }
    }
}
