using System.Globalization;
using System.Text;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>How much C# a network becomes.</summary>
internal sealed class SourceSizes : IClauseGroup
{
    private const double GoalBytes = 1.2e6;

    public string Name => "source";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach (string network in ShippedSpecs.Family)
        {
            (string Name, long Bytes)[] files = new GeneratorRun(network).Run().GeneratedSources
                .Select(source => (source.HintName, (long)Encoding.UTF8.GetByteCount(source.SourceText.ToString()))).ToArray();
            long avx512 = Sum(".Avx512."), avx2 = Sum(".Avx2."), portable = Sum(".Portable."), all = Sum("");
            yield return Row.Of(
                $"Generated forward source, {network}, AVX-512 and AVX2",
                string.Create(CultureInfo.InvariantCulture, $"{(avx512 + avx2) / 1e6:F3} MB ({avx512 / 1e6:F3} + {avx2 / 1e6:F3})"),
                "≤ 1.2 MB",
                avx512 > 0 && avx2 > 0 && avx512 + avx2 <= GoalBytes);
            yield return Row.Of(
                $"Generated source, {network}, everything",
                string.Create(CultureInfo.InvariantCulture, $"{all / 1e6:F3} MB in {files.Length} files, of which portable {portable / 1e6:F3}"));

            long Sum(string part) => files.Where(file => file.Name.Contains(part, StringComparison.Ordinal)).Sum(file => file.Bytes);
        }
    }
}
