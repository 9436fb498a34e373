using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Specs as a user writes them, read by the parser.</summary>
internal static class SpecTexts
{
    /// <summary>The spec of a text in which nothing is wrong; warnings that a test expects are named.</summary>
    public static ArchitectureSpec Parse(string text, params string[] allowedWarnings)
    {
        ParseResult result = SpecParser.Parse("Text.efficientnet.json", text, SpecDefaults.Standard);
        result.Diagnostics
            .Where(diagnostic => !allowedWarnings.Contains(diagnostic.Id))
            .Select(diagnostic => $"{diagnostic.Id} ({string.Join(", ", diagnostic.Arguments)})")
            .ShouldBeEmpty(text);
        return result.Spec.ShouldNotBeNull(text);
    }

    /// <summary>The names of the family's shipped specs.</summary>
    public static IEnumerable<string> Family => Repository.Files("specs", "EfficientNet*.efficientnet.json").Select(file => Path.GetFileName(file).Split('.')[0]);

    /// <summary>A spec of the repository, by its name.</summary>
    public static ArchitectureSpec Shipped(string name) => Parse(Repository.Read("specs", name + ".efficientnet.json"));

    /// <summary>The warnings of a network that is far too small to be of use.</summary>
    public static readonly string[] OfTinyNetworks = [DiagnosticIds.CollapsedMap, DiagnosticIds.UnbalancedCoefficients];
}
