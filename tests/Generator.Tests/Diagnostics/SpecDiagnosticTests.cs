using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Diagnostics;

public class SpecDiagnosticTests
{
    private const string Scaling = "\"width\": 1, \"depth\": 1, \"resolution\": 224";

    public static readonly TheoryData<string, string> Wrong = new()
    {
        { "⟦⟧", "ENC0003: The spec file is empty: expected a JSON object" },
        { "⟦⟧ \r\n\t", "ENC0003: The spec file is empty: expected a JSON object" },
        { "⟦[⟧]", "ENC0007: 'the spec' must be an object, but is an array" },
        { " ⟦\"B0\"⟧", "ENC0007: 'the spec' must be an object, but is the text \"B0\"" },
        { N("\"classes\": 2,\r\n  ⟦\"classes\"⟧: 3"), "ENC0004: The key 'classes' appears twice in one object" },
        { N("\"classes\": 2,\r  ⟦\"\\u0063lasses\"⟧: 3"), "ENC0004: The key 'classes' appears twice in one object" },
        { N("\"stem\": {\"scaled\": true, ⟦\"scaled\"⟧: true}"), "ENC0004: The key 'scaled' appears twice in one object" },
        { N("\n⟦\"widht\"⟧: 1"), "ENC0005: Unknown key 'widht': expected one of" },
        { "{\"name\": \"N\", ⟦\"widht\"⟧: 1, \"width\": 1, \"depth\": 1, \"resolution\": 9}", "ENC0005: Unknown key 'widht': expected one of" },
        { N("⟦\"droput\"⟧: 0.2"), "ENC0005: Unknown key 'droput': did you mean 'dropout'?" },
        { N("\"head\": {\"rule\": \"none\", ⟦\"chanels\"⟧: 1}"), "ENC0005: Unknown key 'chanels': did you mean 'channels'?" },
        { N("⟦\"\"⟧: 1"), "ENC0005: Unknown key '': expected one of" },
        { N("\"stem\": {\"channels\": 32, \"scaled\": true, ⟦\"bias\"⟧: true}"), "ENC0005: Unknown key 'bias': there are no others than those that are here" },
        // One mistake: the key is not missing besides.
        { "{\"name\": \"N\", \"width\": 1, \"depth\": 1, ⟦\"resolutoin\"⟧: 224}", "ENC0005: Unknown key 'resolutoin': did you mean 'resolution'?" },
        { "{⟦\"nam\"⟧: \"N\", " + Scaling + "}", "ENC0005: Unknown key 'nam': did you mean 'name'?" },
        { "⟦{⟧" + Scaling + "}", "ENC0006: The key 'name' is missing in the spec: expected a C# identifier" },
        { "⟦{⟧\"name\": \"N\", \"width\": 1, \"depth\": 1}", "ENC0006: The key 'resolution' is missing in the spec: expected a whole number from 1 to 4096" },
        { "⟦{⟧\"name\": \"N\", \"depth\": 1, \"resolution\": 9}", "ENC0006: The key 'width' is missing in the spec: expected a number above 0 and at most 32" },
        { N("\"head\": ⟦{⟧}"), "ENC0006: The key 'rule' is missing in 'head': expected one of \"timesLastStage\", \"scaled\", \"fixed\", \"none\"" },
        { Stage("⟦{⟧\"kernel\": 3, \"stride\": 1, \"channels\": 8, \"repeats\": 1}"), "ENC0006: The key 'expansion' is missing in 'stages[0]': expected a whole number from 1 to 64" },
        { "{\"name\": ⟦7⟧, " + Scaling + "}", "ENC0007: 'name' must be a C# identifier, but is the number 7" },
        { N("\"classes\": ⟦\"ten\"⟧"), "ENC0007: 'classes' must be a whole number from 1 to 1000000, but is the text \"ten\"" },
        { N("\"classes\": ⟦1.5⟧"), "ENC0007: 'classes' must be a whole number from 1 to 1000000, but is the number 1.5" },
        { N("\"dropout\": ⟦null⟧"), "ENC0007: 'dropout' must be a number of at least 0 and below 1, but is null" },
        { N("\"training\": ⟦1⟧"), "ENC0007: 'training' must be true or false, but is the number 1" },
        { N("\"stem\": ⟦[⟧32]"), "ENC0007: 'stem' must be an object, but is an array" },
        { N("\"batchNorm\": ⟦true⟧"), "ENC0007: 'batchNorm' must be an object or false, but is true" },
        { N("\"activation\": ⟦{⟧}"), "ENC0007: 'activation' must be one of \"silu\", \"relu6\", \"relu\", \"hardswish\", but is an object" },
        { N("\"stages\": ⟦{⟧}"), "ENC0007: 'stages' must be an array of 1 to 32 elements, but is an object" },
        { Stage("⟦3⟧"), "ENC0007: 'stages[0]' must be an object, but is the number 3" },
        { N("\"labels\": ⟦3⟧"), "ENC0007: 'labels' must be one of \"imagenet1k\" or an array of 1 to 1000000 elements or false, but is the number 3" },
        { N("\"classes\": 1, \"labels\": [⟦3⟧]"), "ENC0007: 'labels[0]' must be a label, but is the number 3" },
        { N("\"preprocessing\": {\"mean\": [0, ⟦\"x\"⟧, 0]}"), "ENC0007: 'preprocessing.mean[1]' must be a number of at least 0 and at most 1, but is the text \"x\"" },
        { "{\"name\": \"N\", \"width\": ⟦0⟧, \"depth\": 1, \"resolution\": 9}", "ENC0008: 'width' must be a number above 0 and at most 32, but is 0" },
        { "{\"name\": \"N\", \"width\": 1, \"depth\": ⟦-1.5⟧, \"resolution\": 9}", "ENC0008: 'depth' must be a number above 0 and at most 32, but is -1.5" },
        { "{\"name\": \"N\", \"width\": 1, \"depth\": 1, \"resolution\": ⟦4097⟧}", "ENC0008: 'resolution' must be a whole number from 1 to 4096, but is 4097" },
        { "{\"name\": \"N\", \"width\": 1, \"depth\": 1, \"resolution\": ⟦99999999999999999999⟧}", "ENC0008: 'resolution' must be a whole number from 1 to 4096, but is 99999999999999999999" },
        { "{\"name\": \"N\", \"width\": ⟦1e999⟧, \"depth\": 1, \"resolution\": 9}", "ENC0008: 'width' must be a number above 0 and at most 32, but is 1e999" },
        { "{\"name\": \"N\", \"width\": 1, \"depth\": 1, \"resolution\": ⟦-1e999⟧}", "ENC0008: 'resolution' must be a whole number from 1 to 4096, but is -1e999" },
        { N("\"dropout\": ⟦1⟧"), "ENC0008: 'dropout' must be a number of at least 0 and below 1, but is 1" },
        { N("\"batchNorm\": {\"epsilon\": ⟦0⟧}"), "ENC0008: 'batchNorm.epsilon' must be a number of at least 1E-30 and at most 1, but is 0" },
        { N("\"stages\": ⟦[⟧]"), "ENC0008: 'stages' must be an array of 1 to 32 elements, but is an array of 0" },
        { N("\"preprocessing\": {\"std\": ⟦[⟧1, 1]}"), "ENC0008: 'preprocessing.std' must be an array of 3 elements, but is an array of 2" },
        { N("\"preprocessing\": {\"std\": [1, 1, ⟦0⟧]}"), "ENC0008: 'preprocessing.std[2]' must be a number of at least 1E-30 and at most 1, but is 0" },
        { Row("\"kernel\": ⟦4⟧, \"stride\": 1"), "ENC0008: 'stages[0].kernel' must be an odd whole number from 1 to 9, but is 4" },
        { Row("\"kernel\": 3, \"stride\": ⟦3⟧"), "ENC0008: 'stages[0].stride' must be a whole number from 1 to 2, but is 3" },
        { "{\"name\": \"N\", \"phi\": ⟦16⟧, \"alpha\": 1, \"beta\": 1.2, \"gamma\": 1.2}", "ENC0008: 'the resolution that 'phi' gives' must be a whole number from 1 to 4096, but is 4141" },
        { N("\"activation\": ⟦\"sliu\"⟧"), "ENC0009: 'activation' cannot be 'sliu': did you mean 'silu'?" },
        { N("\"activation\": ⟦\"gelu\"⟧"), "ENC0009: 'activation' cannot be 'gelu': did you mean 'relu'?" },
        { N("\"family\": ⟦\"v3\"⟧"), "ENC0009: 'family' cannot be 'v3': did you mean 'v1'?" },
        { N("\"convention\": ⟦\"pytorch\"⟧"), "ENC0009: 'convention' cannot be 'pytorch': expected one of torchvision, timm, tensorflow" },
        { N("\"preprocessing\": {\"interpolation\": ⟦\"bicubical\"⟧}"), "ENC0009: 'preprocessing.interpolation' cannot be 'bicubical': did you mean 'bicubic'?" },
        { N("\"classes\": 3, \"labels\": ⟦\"imagenet21k\"⟧"), "ENC0009: 'labels' cannot be 'imagenet21k': did you mean 'imagenet1k'?" },
        { N("\"labels\": ⟦\"imagenet\"⟧"), "ENC0009: 'labels' cannot be 'imagenet': did you mean 'imagenet1k'?" },
        { Row("\"block\": ⟦\"MBConv\"⟧, \"kernel\": 3, \"stride\": 1"), "ENC0009: 'stages[0].block' cannot be 'MBConv': did you mean 'mbconv'?" },
        { "{\"name\": ⟦\"class\"⟧, " + Scaling + "}", "ENC0010: The name 'class' cannot be used in C#: it is a C# keyword" },
        { "{\"name\": ⟦\"\"⟧, " + Scaling + "}", "ENC0010: The name '' cannot be used in C#: it is empty" },
        { "{\"name\": ⟦\"B-0\"⟧, " + Scaling + "}", "ENC0010: The name 'B-0' cannot be used in C#: it is no C# identifier: it cannot hold '-'" },
        { "{\"name\": ⟦\"0B\"⟧, " + Scaling + "}", "ENC0010: The name '0B' cannot be used in C#: it is no C# identifier: it cannot start with '0'" },
        { "{\"name\": ⟦\"Resolution\"⟧, " + Scaling + "}", "ENC0010: The name 'Resolution' cannot be used in C#: it is a name that generated code uses itself" },
        { "{\"name\": ⟦\"Vector256\"⟧, " + Scaling + "}", "ENC0010: The name 'Vector256' cannot be used in C#: it is a name that generated code uses itself" },
        { N("\"namespace\": ⟦\"A..B\"⟧"), "ENC0010: The namespace 'A..B' cannot be used in C#: it is no C# namespace: '' is empty" },
        { "{\"name\": \"N\", \"phi\": 1, \"width\": ⟦1⟧}", "ENC0011: Contradiction: 'width' is given by 'phi': leave one of the two out" },
        { N("\"gamma\": ⟦1.1⟧"), "ENC0011: Contradiction: 'gamma' is of use only together with 'phi', which is absent" },
        { N("\"head\": {\"rule\": \"none\", \"channels\": ⟦5⟧}"), "ENC0011: Contradiction: a network without a head convolution has no head channels: leave 'head.channels' out" },
        { N("\"preprocessing\": {\"resize\": ⟦200⟧}"), "ENC0011: Contradiction: a photo resized to 200 has no crop of 224, the resolution" },
        { N("\"preprocessing\": {\"crop\": ⟦200⟧}"), "ENC0011: Contradiction: the crop is what the network reads: it can only be 224, the resolution" },
        { N("\"classes\": 3, \"labels\": ⟦[⟧\"a\"]"), "ENC0011: Contradiction: the number of labels is 1, of classes 3" },
        { N("\"classes\": 3, \"labels\": ⟦\"imagenet1k\"⟧"), "ENC0011: Contradiction: ImageNet has 1000 labels, the network 3 classes" },
        { Stage("{\"block\": \"depthwiseSeparable\", \"expansion\": ⟦6⟧, \"kernel\": 3, \"stride\": 1, \"channels\": 8, \"repeats\": 1}"), "ENC0011: Contradiction: a depthwiseSeparable block has no expansion: 'expansion' can only be 1" },
        { Stage("{\"block\": \"fused\", \"expansion\": 4, \"kernel\": ⟦1⟧, \"stride\": 1, \"channels\": 8, \"repeats\": 1}"), "ENC0011: Contradiction: a fused block's kernel is dense: 'kernel' can only be 3 or more" },
        { Stage("{\"block\": \"fused\", \"expansion\": 4, \"kernel\": 3, \"stride\": 1, \"channels\": 8, \"repeats\": 1, \"squeezeExcite\": ⟦0.25⟧}"), "ENC0011: Contradiction: a fused block has no squeeze-excite: 'squeezeExcite' can only be 0" },
        // One mistake each: nothing contradicts a value that is not known.
        { "{\"name\": \"N\", \"width\": 1, \"depth\": 1, \"resolution\": ⟦384.5⟧, \"preprocessing\": {\"crop\": 384, \"resize\": 200}}", "ENC0007: 'resolution' must be a whole number from 1 to 4096, but is the number 384.5" },
        { N("\"classes\": ⟦\"ten\"⟧, \"labels\": [\"a\", \"b\"]"), "ENC0007: 'classes' must be a whole number from 1 to 1000000, but is the text \"ten\"" },
        { N("\"classes\": ⟦0⟧, \"labels\": \"imagenet1k\""), "ENC0008: 'classes' must be a whole number from 1 to 1000000, but is 0" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said_at_its_place(string marked, string message)
    {
        Marked expected = Marked.Of(marked);
        ParseResult result = Specs.Parse(expected.Text);
        result.Spec.ShouldBeNull();
        DiagnosticInfo diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        // A list of all keys is not repeated in every row.
        string actual = Specs.Message(diagnostic);
        (message.EndsWith("one of", StringComparison.Ordinal) ? actual[..message.Length] : actual).ShouldBe(message);
        diagnostic.Span.ShouldBe(expected.Span);
    }

    [Fact]
    public void A_warning_has_its_place_too_and_leaves_the_spec()
    {
        Marked expected = Marked.Of("{\"name\": \"N\",\n \"phi\": 1, \"beta\": ⟦2⟧}");
        ParseResult result = Specs.Parse(expected.Text);
        result.Spec.ShouldNotBeNull();
        result.Diagnostics.ShouldHaveSingleItem().Span.ShouldBe(expected.Span);
    }

    [Fact]
    public void One_build_shows_every_mistake_in_the_order_of_the_text()
    {
        ParseResult result = Specs.Parse(
            """
            {
              "name": "class",
              "activation": "swihs",
              "width": 0,
              "dept": 1,
              "stages": [ { "kernel": 2, "stride": 1 } ],
              "resolution": "big"
            }
            """);
        result.Diagnostics.Select(info => $"({info.Span.StartLine + 1},{info.Span.StartColumn + 1}) {info.Id}").ShouldBe(
        [
            "(2,11) ENC0010", "(3,17) ENC0009", "(4,12) ENC0008", "(5,3) ENC0005",
            "(6,15) ENC0006", "(6,15) ENC0006", "(6,15) ENC0006", "(6,27) ENC0008", "(7,17) ENC0007",
        ]);
    }

    [Theory]
    [InlineData("resolution", "(1,55)-(1,58)")]
    [InlineData("$.stages[1].kernel", "(2,25)-(2,26)")]
    [InlineData("stages[1].block", "(2,14)-(2,15)")]
    [InlineData("stages[7].block", "(2,10)-(2,11)")]
    [InlineData("batchNorm.epsilon", "(1,1)-(1,2)")]
    [InlineData("", "(1,1)-(1,2)")]
    public void A_later_stage_finds_a_value_or_the_nearest_that_holds_it(string jsonPath, string place)
    {
        ParseResult result = Specs.Parse("{\"name\": \"N\", \"width\": 1, \"depth\": 1, \"resolution\":   224,\n\"stages\":[{},{\"kernel\": 3}]}");
        SourceSpan span = result.Locate(jsonPath);
        $"({span.StartLine + 1},{span.StartColumn + 1})-({span.EndLine + 1},{span.EndColumn + 1})".ShouldBe(place);
    }

    private static string N(string members) => $"{{\"name\": \"N\", {Scaling}, {members}}}";

    private static string Stage(string row) => $"{{\"name\": \"N\", \"resolution\": 32, \"stages\": [{row}]}}";

    private static string Row(string members) => Stage($"{{{members}, \"expansion\": 1, \"channels\": 8, \"repeats\": 1}}");
}
