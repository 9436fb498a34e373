using System.Globalization;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Compiler.Tests.Diagnostics;

/// <summary>Values that are allowed one by one and too much together: every limit, its message and its place.</summary>
public class LimitDiagnosticTests
{
    public static readonly TheoryData<string, string> Exceeding = new()
    {
        // Channels.
        { """{"name": "N", "width": 32, "depth": 1, "resolution": 32, "stem": {"channels": ⟦4096⟧}}""", "the stem would have 131072 channels, and 65536 is the most" },
        { """{"name": "N", "width": 32, "resolution": 32, "stages": [{"kernel": 3, "stride": 1, "expansion": 1, "channels": ⟦2049⟧, "repeats": 1}]}""", "stage 1 would have 65568 channels, and 65536 is the most" },
        { """{"name": "N", "resolution": 32, "stages": [{"kernel": 3, "stride": 1, "expansion": ⟦6⟧, "channels": 16384, "repeats": 2}]}""", "the expansion of stage 1 would have 98304 channels, and 65536 is the most" },
        { """{"name": "N", "resolution": 32, "stem": {"channels": 4096}, "stages": [{"kernel": 3, "stride": 1, "expansion": ⟦17⟧, "channels": 8, "repeats": 1}]}""", "the expansion of stage 1 would have 69632 channels, and 65536 is the most" },
        { """{"name": "N", "width": 1, "depth": 1, "resolution": 32, "head": {"rule": "timesLastStage", "channels": ⟦205⟧}}""", "the head would have 65600 channels, and 65536 is the most" },
        { """{"name": "N", "width": 32, "depth": 1, "resolution": 32, "head": {"rule": "scaled", "channels": ⟦5000⟧}}""", "the head would have 160000 channels, and 65536 is the most" },
        // Blocks.
        { """{"name": "N", "depth": 32, "resolution": 32, "stages": [{"kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": ⟦17⟧}]}""", "stage 1 brings it to 544 blocks, and 512 is the most" },
        // Bytes.
        { """{"name": "N", "width": 1, "depth": 1, "resolution": 32, "classes": ⟦1000000⟧, "head": {"rule": "fixed", "channels": 4096}}""", "its 4101914300 parameters need * bytes when packed, more than 8 GiB" },
        { """{"name": "N", "width": ⟦32⟧, "depth": 1, "resolution": 32}""", "its 3912328040 parameters need * bytes when packed, more than 8 GiB" },
        { """{"name": "N", "resolution": 32, "stages": [{"kernel": 3, "stride": 1, "expansion": 4, "channels": ⟦16384⟧, "repeats": 4}]}""", "its 9197475472 parameters need * bytes when packed, more than 8 GiB" },
        { """{"name": "N", "resolution": ⟦4096⟧, "stages": [{"kernel": 3, "stride": 1, "expansion": 6, "channels": 96, "repeats": 1}]}""", "the map of 1.0 expansion is 192×2048×2048, more than 2 GiB for one image" },
        { """{"name": "N", "phi": ⟦16⟧, "alpha": 1, "beta": 1.24, "gamma": 1.14}""", "the map of stem is 1000×912×912, more than 2 GiB for one image" },
        { """{"name": "N", "resolution": ⟦4096⟧, "head": {"rule": "none"}, "stages": [{"kernel": 3, "stride": 1, "expansion": 1, "channels": 112, "repeats": 2, "squeezeExcite": 0}]}""", "its arena and scratch need * bytes, more than 4 GiB" },
    };

    [Theory]
    [MemberData(nameof(Exceeding))]
    public void A_network_beyond_a_limit_is_refused_at_the_value_to_blame(string marked, string message)
    {
        Marked expected = Marked.Of(marked);
        GeneratorRunResult result = Run(expected.Text);
        Diagnostic diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        // How much padding packing adds is not for this test to say.
        string[] parts = message.Split('*');
        string actual = diagnostic.GetMessage(CultureInfo.InvariantCulture);
        actual.ShouldStartWith($"The network 'N' exceeds a limit: {parts[0]}");
        actual.ShouldEndWith(parts[^1]);
        if (parts.Length == 1) actual.Length.ShouldBe("The network 'N' exceeds a limit: ".Length + message.Length);
        diagnostic.Id.ShouldBe("ENC0018");
        diagnostic.Location.SourceSpan.ShouldBe(new TextSpan(expected.Span.Start, expected.Span.Length));
        result.GeneratedSources.ShouldBeEmpty();
    }

    /// <summary>One step below: the limits are the stated numbers and not one less.</summary>
    [Theory]
    [InlineData("""{"name": "N", "width": 1, "depth": 32, "resolution": 32, "stages": [{"kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": 16, "squeezeExcite": 0}], "classes": 3}""")]
    [InlineData("""{"name": "N", "resolution": 2, "stages": [{"kernel": 3, "stride": 1, "expansion": 16, "channels": 4096, "repeats": 2, "squeezeExcite": 0}], "classes": 3, "head": {"rule": "none"}}""")]
    public void What_is_at_a_limit_is_planned(string text) => NetworkCompiler.Plan(Specs.Valid(text), CancellationToken.None).Execution.Steps.ShouldNotBeEmpty();

    [Theory]
    [InlineData("""{"name": ⟦"N"⟧, "width": 1.0, "depth": 16.0, "resolution": 224}""", true)]
    [InlineData("""{"name": "N", "resolution": 224, "stages": ⟦[⟧@]}""", true)]
    [InlineData("""{"name": ⟦"N"⟧, "width": 3.2, "depth": 5.0, "resolution": 224}""", false)]
    public void Code_over_its_budget_is_a_warning_and_is_generated_all_the_same(string marked, bool exceeds)
    {
        Marked expected = Marked.Of(marked.Replace("@", string.Join(", ", Enumerable.Range(1, 12).Select(i =>
            $$"""{"kernel": 9, "stride": {{(i % 3 == 0 ? 2 : 1)}}, "expansion": 6, "channels": {{16 * i}}, "repeats": 2}"""))));
        GeneratorRunResult result = Run(expected.Text);
        long bytes = result.GeneratedSources.Where(source => source.HintName.Contains(".Avx512.") || source.HintName.Contains(".Avx2."))
            .Sum(source => (long)System.Text.Encoding.UTF8.GetByteCount(source.SourceText.ToString()));
        (bytes > 1_200_000).ShouldBe(exceeds, $"{bytes} bytes");
        if (!exceeds)
        {
            result.Diagnostics.ShouldBeEmpty();
            return;
        }

        Diagnostic diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("ENC0019");
        diagnostic.Severity.ShouldBe(DiagnosticSeverity.Warning);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldStartWith(
            string.Create(CultureInfo.InvariantCulture, $"The forward code of the network 'N' has {bytes} bytes, more than its budget of 1200000: "));
        diagnostic.Location.SourceSpan.ShouldBe(new TextSpan(expected.Span.Start, expected.Span.Length));
    }

    [Theory]
    [InlineData("""{"name": "N", "width": 1, "depth": 1, "resolution": ⟦16⟧}""", "16 the map before stage 6 is", 17)]
    [InlineData("""{"name": "N", "width": 1, "depth": 1, "resolution": ⟦1⟧}""", "1 the map before the stem is", 17)]
    [InlineData("""{"name": "N", "resolution": ⟦2⟧, "stages": [{"kernel": 3, "stride": 2, "expansion": 1, "channels": 8, "repeats": 1}]}""", "2 the map before stage 1 is", 3)]
    [InlineData("""{"name": "N", "phi": ⟦4⟧, "alpha": 1.9, "beta": 2, "gamma": 0.51}""", "15 the map before stage 6 is", 17)]
    public void A_resolution_that_is_used_up_before_the_last_stride_is_a_warning(string marked, string map, int least)
    {
        Marked expected = Marked.Of(marked);
        ParseResult result = Specs.Parse(expected.Text);
        result.Spec.ShouldNotBeNull();
        var diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        Specs.Message(diagnostic).ShouldBe(string.Create(CultureInfo.InvariantCulture,
            $"ENC0017: At resolution {map} 1×1 already, so that its stride of 2 halves nothing: expected a resolution of at least {least}"));
        diagnostic.Span.ShouldBe(expected.Span);
        string smallest = expected.Text.Replace($"\"resolution\": {result.Spec.Scaling.Resolution}", $"\"resolution\": {least}");
        if (smallest != expected.Text) Specs.Parse(smallest).Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Strides_that_use_up_every_resolution_are_told_so()
    {
        string stages = string.Join(", ", Enumerable.Repeat("""{"kernel": 3, "stride": 2, "expansion": 1, "channels": 8, "repeats": 1}""", 13));
        var diagnostic = Specs.Parse($$"""{"name": "N", "resolution": 4096, "stages": [{{stages}}]}""").Diagnostics.ShouldHaveSingleItem();
        Specs.Message(diagnostic).ShouldBe(
            "ENC0017: At resolution 4096 the map before stage 12 is 1×1 already, so that its stride of 2 halves nothing: expected fewer strides of 2, for 14 use up every resolution to 4096");
    }

    [Fact]
    public void Labels_that_no_assembly_would_hold_are_refused()
    {
        static string Text(int length) =>
            $$"""{"name": "N", "resolution": 8, "stages": [{"kernel": 3, "stride": 1, "expansion": 1, "channels": 8, "repeats": 1}], "classes": 2, "labels": ["{{new string('a', length)}}", "b"]}""";
        Run(Text(NetworkLimits.LabelCharacters - 1)).Diagnostics.ShouldBeEmpty();
        Diagnostic diagnostic = Run(Text(NetworkLimits.LabelCharacters)).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("ENC0018");
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldBe(
            "The network 'N' exceeds a limit: its labels have 4000001 characters, and 4000000 is the most; a weight file may bring them instead");
        Text(0)[diagnostic.Location.SourceSpan.Start].ShouldBe('[');
    }

    [Fact]
    public void The_documentation_states_the_limits()
    {
        string[] lines = Repository.Read("docs", "spec-format.md").Split('\n');
        string Stated(string what) => lines.Single(line => line.StartsWith($"| {what} | ", StringComparison.Ordinal)).Split('|')[2].Trim();
        Stated("channels of a map").ShouldBe(Numbers.Show(NetworkLimits.Channels));
        Stated("blocks").ShouldBe(Numbers.Show(NetworkLimits.Blocks));
        Stated("one map of one image").ShouldBe($"{NetworkLimits.MapBytes} bytes");
        Stated("all packed weights").ShouldBe($"{NetworkLimits.WeightBytes} bytes");
        Stated("arena and one thread's scratch").ShouldBe($"{NetworkLimits.SessionBytes} bytes");
        Stated("characters of all labels").ShouldBe(Numbers.Show(NetworkLimits.LabelCharacters));
        Stated("forward code of both x86 instruction sets").ShouldBe($"{NetworkLimits.ForwardCodeBytes} bytes");
    }

    private static GeneratorRunResult Run(string text) => new GeneratorHost().Add(new SpecFile("/N.efficientnet.json", text)).Run();
}
