using System.Globalization;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Trainable parameters, as the libraries count them.</summary>
internal sealed class ParameterCounts : IClauseGroup
{
    private static readonly Dictionary<string, long> Published = new(StringComparer.Ordinal)
    {
        [nameof(EfficientNetB0)] = 5_288_548,
        [nameof(EfficientNetLite0)] = 4_652_008,
    };

    public string Name => "parameters";

    public IEnumerable<Row> Measure(bool quick) => BenchmarkNetwork.All.Select(network =>
    {
        long published = Published[network.Name], counted = network.Description.Parameters;
        return Row.Of($"Parameters, {network.Name}", counted.ToString("N0", CultureInfo.InvariantCulture), published.ToString("N0", CultureInfo.InvariantCulture), counted == published);
    });
}
