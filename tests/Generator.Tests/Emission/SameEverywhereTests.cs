using System.Globalization;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Emission;

/// <summary>The same spec makes the same bytes, whatever the machine's culture, the file's folder, or how the JSON is written.</summary>
public class SameEverywhereTests
{
    /// <summary>Padding of five rows makes negative numbers in the code, and the constants of preprocessing are fractions.</summary>
    private const string Text = """
        {
          "name": "Istanbul", "resolution": 64, "classes": 11, "width": 1.25, "depth": 1.5,
          "batchNorm": { "epsilon": 0.0015, "momentum": 0.01 },
          "preprocessing": { "resize": 73, "crop": 64, "interpolation": "bilinear", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225] },
          "stages": [ { "kernel": 3, "stride": 1, "expansion": 1, "channels": 16, "repeats": 1 },
                      { "kernel": 5, "stride": 2, "expansion": 6, "channels": 24, "repeats": 2, "squeezeExcite": 0.25 },
                      { "kernel": 9, "stride": 2, "expansion": 4, "channels": 40, "repeats": 1, "squeezeExcite": 0 } ]
        }
        """;

    /// <summary>Maps lower than their kernels, a training step that keeps maps row by row, and the gradient of a dense convolution by Winograd's tiles: each has numbers below zero of its own.</summary>
    private const string Negative = """
        {
          "name": "Malmo", "resolution": 48, "classes": 3, "training": true,
          "stages": [ { "block": "fused", "kernel": 3, "stride": 1, "expansion": 2, "channels": 16, "repeats": 1 },
                      { "kernel": 3, "stride": 1, "expansion": 2, "channels": 16, "repeats": 1 },
                      { "kernel": 5, "stride": 2, "expansion": 2, "channels": 16, "repeats": 3 },
                      { "kernel": 9, "stride": 2, "expansion": 2, "channels": 16, "repeats": 2 } ]
        }
        """;

    private static readonly string Expected = Write("Istanbul.efficientnet.json", Text), ExpectedNegative = Write("Malmo.efficientnet.json", Negative);

    public static TheoryData<string> Cultures => [.. Numbers.Keys];

    /// <summary>
    /// How cultures write numbers. The tests run without ICU's data, as containers do, so the cultures are made by hand: a
    /// decimal comma, points or narrow spaces between thousands, the minus sign of Sweden, the marks of Persian.
    /// </summary>
    private static readonly Dictionary<string, Action<NumberFormatInfo>> Numbers = new()
    {
        ["de-DE"] = format => (format.NumberDecimalSeparator, format.NumberGroupSeparator) = (",", "."),
        ["tr-TR"] = format => (format.NumberDecimalSeparator, format.NumberGroupSeparator, format.PercentSymbol) = (",", ".", "٪"),
        ["fr-FR"] = format => (format.NumberDecimalSeparator, format.NumberGroupSeparator) = (",", "\u202F"),
        ["sv-SE"] = format => (format.NumberDecimalSeparator, format.NumberGroupSeparator, format.NegativeSign) = (",", "\u00A0", "\u2212"),
        ["fa-IR"] = format => (format.NumberDecimalSeparator, format.NumberGroupSeparator, format.NegativeSign) = ("٫", "٬", "\u200E\u2212"),
    };

    [Theory]
    [MemberData(nameof(Cultures))]
    public void In_every_culture(string name)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureLike(name);
            (-1.5).ToString(CultureInfo.CurrentCulture).ShouldNotBe("-1.5", "the culture must make a difference");
            EnsureSame(Write("Istanbul.efficientnet.json", Text));
            EnsureSame(Write("Malmo.efficientnet.json", Negative), ExpectedNegative);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("top >= -")]
    [InlineData(", -2")]
    public void Numbers_below_zero_are_among_them(string text) => ExpectedNegative.ShouldContain(text);

    [Theory]
    [InlineData("/home/somebody/project/specs/Istanbul.efficientnet.json")]
    [InlineData(@"C:\Users\somebody\project\specs\Istanbul.efficientnet.json")]
    [InlineData("../Istanbul.efficientnet.json")]
    public void In_every_folder(string path) => EnsureSame(Write(path, Text));

    [Fact]
    public void However_the_spec_is_laid_out()
    {
        EnsureSame(Write("Istanbul.efficientnet.json", Text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        EnsureSame(Write("Istanbul.efficientnet.json", string.Concat(Text.Split('\n').Select(line => line.Trim()))));
        EnsureSame(Write("Istanbul.efficientnet.json", "\uFEFF\n\t" + Text.Replace("{", "{\n\t", StringComparison.Ordinal).Replace(",", "\n , ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Whatever_the_order_of_keys() => EnsureSame(Write("Istanbul.efficientnet.json", """
        {
          "stages": [ { "repeats": 1, "channels": 16, "expansion": 1, "stride": 1, "kernel": 3 },
                      { "squeezeExcite": 0.25, "kernel": 5, "expansion": 6, "stride": 2, "repeats": 2, "channels": 24 },
                      { "squeezeExcite": 0, "channels": 40, "repeats": 1, "kernel": 9, "stride": 2, "expansion": 4 } ],
          "preprocessing": { "std": [0.229, 0.224, 0.225], "mean": [0.485, 0.456, 0.406], "interpolation": "bilinear", "crop": 64, "resize": 73 },
          "batchNorm": { "momentum": 0.01, "epsilon": 0.0015 },
          "depth": 1.5, "width": 1.25, "classes": 11, "resolution": 64, "name": "Istanbul"
        }
        """));

    [Theory]
    [InlineData("\"width\": 1.25", "\"width\": 1.250")]
    [InlineData("\"width\": 1.25", "\"width\": 125e-2")]
    [InlineData("\"epsilon\": 0.0015", "\"epsilon\": 1.5E-3")]
    [InlineData("\"classes\": 11,", "\"classes\": 11, \"family\": \"v1\", \"convention\": \"torchvision\",")]
    public void However_a_value_is_written(string from, string to)
    {
        Text.ShouldContain(from);
        EnsureSame(Write("Istanbul.efficientnet.json", Text.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void On_several_threads_at_once() => Parallel.For(0, 4, _ => EnsureSame(Write("Istanbul.efficientnet.json", Text)));

    [Fact]
    public void But_another_spec_makes_another_text() =>
        Write("Istanbul.efficientnet.json", Text.Replace("\"classes\": 11", "\"classes\": 12", StringComparison.Ordinal)).ShouldNotBe(Expected);

    /// <summary>Nothing but line feeds ends a line, nothing but ASCII is outside comments, and no line ends in a blank.</summary>
    [Fact]
    public void Lines_are_ended_alike_and_code_is_ASCII()
    {
        Expected.ShouldNotContain('\r');
        foreach (string line in Expected.Split('\n'))
        {
            (line == line.TrimEnd()).ShouldBeTrue(line);
            string code = line.Contains("//", StringComparison.Ordinal) ? line[..line.IndexOf("//", StringComparison.Ordinal)] : line;
            code.ShouldAllBe(c => c < 128, line);
        }
    }

    private static CultureInfo CultureLike(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        Numbers[name](culture.NumberFormat);
        return culture;
    }

    private static string Write(string path, string text)
    {
        ParseResult result = SpecParser.Parse(path, text, SpecDefaults.Standard);
        result.Diagnostics.Select(Specs.Message).ShouldBeEmpty();
        return string.Concat(GeneratedCode.FilesOf(result.Spec!).Select(file => $"==== {file.HintName}\n{file.Text}"));
    }

    /// <summary>Of texts of this size only the lines that differ are shown, and of these the first few.</summary>
    private static void EnsureSame(string actual, string? wanted = null)
    {
        wanted ??= Expected;
        if (string.Equals(actual, wanted, StringComparison.Ordinal)) return;
        string[] expected = wanted.Split('\n');
        string[] found = actual.Split('\n');
        string[] differences = expected.Zip(found).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First.Trim()}  IS NOW  {pair.Second.Trim()}").ToArray();
        differences.Distinct().Take(8).ShouldBeEmpty($"{differences.Length} lines differ");
        found.Length.ShouldBe(expected.Length);
    }
}
