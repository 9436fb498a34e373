using System.Globalization;
using System.Text.RegularExpressions;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Trainable parameters, as the libraries count them.</summary>
internal sealed partial class ParameterCounts : IClauseGroup
{
    private static readonly Dictionary<string, long> Published = new(StringComparer.Ordinal)
    {
        ["EfficientNetB0"] = 5_288_548,
        ["EfficientNetB1"] = 7_794_184,
        ["EfficientNetB2"] = 9_109_994,
        ["EfficientNetB3"] = 12_233_232,
        ["EfficientNetB4"] = 19_341_616,
        ["EfficientNetB5"] = 30_389_784,
        ["EfficientNetB6"] = 43_040_704,
        ["EfficientNetB7"] = 66_347_960,
        ["EfficientNetLite0"] = 4_652_008,
        ["EfficientNetLite1"] = 5_416_680,
        ["EfficientNetLite2"] = 6_092_072,
        ["EfficientNetLite3"] = 8_197_096,
        ["EfficientNetLite4"] = 13_006_568,
        ["EfficientNetV2B0"] = 7_139_704,
        ["EfficientNetV2B1"] = 8_141_052,
        ["EfficientNetV2B2"] = 10_096_086,
        ["EfficientNetV2B3"] = 14_358_406,
        ["EfficientNetV2S"] = 21_458_488,
        ["EfficientNetV2M"] = 54_139_356,
        ["EfficientNetV2L"] = 118_515_272,
        ["digits"] = 166_326,
    };

    public string Name => "parameters";

    public IEnumerable<Row> Measure(bool quick) => ShippedSpecs.Names.Select(name =>
    {
        string clause = $"Parameters, {name}", counted = Counted(name);
        if (!Published.TryGetValue(name, out long count)) return Row.Of(clause, counted);
        string published = count.ToString("N0", CultureInfo.InvariantCulture);
        return Row.Of(clause, counted, published, counted == published);
    });

    /// <summary>The sum under the generated class's table of layers.</summary>
    private static string Counted(string name)
    {
        string surface = new GeneratorRun(name).Run().GeneratedSources.Single(source => source.HintName.EndsWith($"{name}.g.cs", StringComparison.OrdinalIgnoreCase)).SourceText.ToString();
        return Sum().Match(surface) is { Success: true } sum ? sum.Groups[1].Value : throw new InvalidOperationException($"{name}.g.cs has no sum of parameters");
    }

    [GeneratedRegex("^/// ([0-9,]+) parameters, ", RegexOptions.Multiline)]
    private static partial Regex Sum();
}
