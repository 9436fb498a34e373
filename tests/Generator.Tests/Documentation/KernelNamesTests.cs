using System.Text.RegularExpressions;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Documentation;

/// <summary>docs/kernels.md names kernels that are there: each is one of a published network, or of one with biases and another activation.</summary>
public partial class KernelNamesTests
{
    private const string Biased = """{"name": "Biased", "width": 1.0, "depth": 1.0, "resolution": 224, "activation": "hardswish", "batchNorm": false}""";

    [Fact]
    public void Every_kernel_of_the_page_is_generated()
    {
        ILookup<bool, string> named = Names().Matches(Repository.Read("docs", "kernels.md")).Select(match => match.Groups["name"].Value).Distinct().ToLookup(name => name.EndsWith('…'));
        named[false].Count().ShouldBeGreaterThan(40);
        HashSet<string> generated =
        [
            .. new[] { "B0", "B3", "B4", "Lite0", "V2B0", "V2S" }.Select(name => PublishedNetwork.Of(name).Spec()).Append(Specs.Valid(Biased))
                .SelectMany(spec => GeneratedCode.FilesOf(spec with { Training = true }))
                .SelectMany(file => Methods().Matches(file.Text)).Select(match => match.Groups["name"].Value),
        ];

        named[false].Where(name => !generated.Contains(name)).ShouldBeEmpty();
        named[true].Where(name => !generated.Any(one => one.StartsWith(name[..^1], StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]*…?)`")]
    private static partial Regex Names();

    [GeneratedRegex(@" void (?<name>\w+)\(")]
    private static partial Regex Methods();
}
