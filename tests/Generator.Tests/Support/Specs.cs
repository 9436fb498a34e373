using System.Globalization;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;

namespace EfficientNet.Compiler.Tests.Support;

/// <summary>Short ways to parse.</summary>
internal static class Specs
{
    public const string B0 = """{"name": "EfficientNetB0", "width": 1.0, "depth": 1.0, "resolution": 224}""";

    public const string Lite0 = """{"name": "EfficientNetLite0", "family": "lite", "width": 1.0, "depth": 1.0, "resolution": 224}""";

    /// <summary>The shipped network for beginners, which is trained: its code has a backward pass.</summary>
    public static string Trained => Repository.Read("specs", "digits.efficientnet.json");

    public static ParseResult Parse(string text) => SpecParser.Parse("Some.efficientnet.json", text, SpecDefaults.Standard);

    /// <summary>The spec of a text that has nothing wrong with it; maps may collapse, as they do in many small networks of tests.</summary>
    public static ArchitectureSpec Valid(string text)
    {
        ParseResult result = Parse(text);
        result.Diagnostics.Where(diagnostic => diagnostic.Id != DiagnosticIds.CollapsedMap).Select(Message).ShouldBeEmpty();
        return result.Spec.ShouldNotBeNull();
    }

    /// <summary>B0 at 224 pixels with further members.</summary>
    public static ArchitectureSpec B0With(string members) => Valid($$"""{"name": "N", "width": 1, "depth": 1, "resolution": 224, {{members}}}""");

    public static string Message(DiagnosticInfo info) => $"{info.Id}: {info.ToDiagnostic().GetMessage(CultureInfo.InvariantCulture)}";
}
