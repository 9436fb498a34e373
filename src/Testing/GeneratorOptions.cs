using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace EfficientNet.Testing;

/// <summary>MSBuild's properties and item metadata under the names by which a generator asks for them.</summary>
internal sealed class GeneratorOptions(IReadOnlyDictionary<string, string> properties) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new Values("build_property.", properties);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Values.None;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
        textFile is SpecFile spec ? new Values("build_metadata.AdditionalFiles.", spec.Metadata) : Values.None;

    private sealed class Values(string prefix, IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public static readonly Values None = new("", new Dictionary<string, string>());

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return key.StartsWith(prefix, StringComparison.Ordinal) && values.TryGetValue(key[prefix.Length..], out value);
        }
    }
}
