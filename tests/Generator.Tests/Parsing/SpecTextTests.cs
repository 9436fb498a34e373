using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

/// <summary>The spec that a weight file carries makes the same network again.</summary>
public class SpecTextTests
{
    public static TheoryData<string> Written =>
    [
        """{"name": "Compound", "phi": 1.5, "convention": "tensorflow", "dropout": 0.25}""",
        """{"name": "Lite", "family": "lite", "width": 1.1, "depth": 1.2, "resolution": 260, "classes": 7, "labels": ["a", "b", "c", "d", "e", "f", "g"]}""",
        """{"name": "Plain", "resolution": 64, "stages": [{"block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 16, "repeats": 1}, {"kernel": 7, "stride": 2, "expansion": 6, "channels": 24, "repeats": 2, "squeezeExcite": 0.1, "depthScaled": false}], "batchNorm": false, "biases": {"depthwise": false}, "head": {"rule": "none"}, "activation": "hardswish"}""",
        """{"name": "Odd", "family": "lite", "resolution": 65, "stages": [{"kernel": 5, "stride": 1, "expansion": 1, "channels": 8, "repeats": 3}], "convention": "timm", "rounding": {"divisor": 4, "keepNinetyPercent": false}, "batchNorm": {"epsilon": 1e-7, "momentum": 0.3}, "stem": {"channels": 24, "scaled": true}, "preprocessing": {"resize": 70, "crop": 65, "interpolation": "bilinear", "mean": [0.1, 0.2, 0.3], "std": [1, 0.5, 0.123456789012345678]}, "stochasticDepth": 0}""",
    ];

    [Theory]
    [MemberData(nameof(Written))]
    public void A_spec_is_read_back_as_the_same(string text) => ShouldBeReadBack(Specs.Valid(text));

    [Fact]
    public void Shipped_specs_are_read_back_as_the_same()
    {
        string[] files = Repository.Files("specs", "*.efficientnet.json");
        files.Length.ShouldBeGreaterThanOrEqualTo(13);
        foreach (string file in files) ShouldBeReadBack(Specs.Valid(File.ReadAllText(file)));
    }

    private static void ShouldBeReadBack(ArchitectureSpec spec)
    {
        ArchitectureSpec again = Specs.Valid(SpecText.Of(spec));
        // Labels have a key of their own in a weight file; without one, 1000 classes are ImageNet's.
        (again with { Labels = spec.Labels }).ShouldBe(spec);
    }
}
