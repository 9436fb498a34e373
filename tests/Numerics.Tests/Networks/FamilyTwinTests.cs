using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>Members of the family for which no library left a result, at small resolutions against the double-precision reference.</summary>
public class FamilyTwinTests(ITestOutputHelper output)
{
    private const string PlainStages = """
        [{"kernel": 3, "stride": 1, "expansion": 1, "channels": 16, "repeats": 1, "squeezeExcite": 0},
         {"kernel": 3, "stride": 2, "expansion": 6, "channels": 24, "repeats": 2},
         {"kernel": 5, "stride": 2, "expansion": 4, "channels": 40, "repeats": 2},
         {"block": "depthwiseSeparable", "kernel": 7, "stride": 2, "channels": 72, "repeats": 2}]
        """;

    [Fact]
    public void The_same_numbers_under_every_convention() => Check(
        """{"name": "TensorFlowB2", "convention": "tensorflow", "width": 1.1, "depth": 1.2, "resolution": 38}""",
        """{"name": "TimmB0", "convention": "timm", "width": 1.0, "depth": 1.0, "resolution": 51}""",
        """{"name": "TimmLite1", "family": "lite", "convention": "timm", "width": 1.0, "depth": 1.1, "resolution": 42}""");

    [Fact]
    public void Coefficients_that_nobody_publishes() => Check(
        """{"name": "Narrow", "width": 0.35, "depth": 0.5, "resolution": 71}""",
        """{"name": "Wide", "width": 1.33, "depth": 0.1, "resolution": 34}""",
        """{"name": "Deep", "width": 0.25, "depth": 2.05, "resolution": 49}""",
        """{"name": "HalfStep", "phi": 0.5, "gamma": 0.06, "convention": "tensorflow", "classes": 37}""",
        """{"name": "Divisor", "width": 0.77, "depth": 0.6, "resolution": 40, "rounding": {"divisor": 5, "keepNinetyPercent": false}, "head": {"rule": "scaled", "channels": 333}}""");

    [Fact]
    public void Networks_without_batch_norm_with_biases_and_with_other_activations() => Check(
        """{"name": "NoNorm", "width": 0.5, "depth": 0.5, "resolution": 40, "batchNorm": false, "classes": 10}""",
        $$$"""{"name": "NoNormNoBias", "resolution": 37, "batchNorm": false, "biases": {"stem": false, "pointwise": false, "depthwise": false, "head": false}, "stages": {{{PlainStages}}}}""",
        $$$"""{"name": "NormAndBias", "resolution": 36, "biases": {"stem": true, "pointwise": true, "depthwise": true, "head": true}, "stages": {{{PlainStages}}}, "classes": 21}""",
        $$$"""{"name": "ReluNet", "resolution": 43, "activation": "relu", "stages": {{{PlainStages}}}, "head": {"rule": "none"}}""",
        $$$"""{"name": "HardSwishNet", "resolution": 44, "activation": "hardswish", "padding": "same", "stages": {{{PlainStages}}}, "classes": 100}""",
        $$$"""{"name": "ReluBiases", "resolution": 39, "activation": "relu", "batchNorm": false, "padding": "same", "stages": {{{PlainStages}}}, "head": {"rule": "none"}, "classes": 3}""");

    /// <summary>One depthwise geometry projected in halves and left whole, one projection of a whole map and of half of its channels in panels of two widths.</summary>
    [Fact]
    public void Networks_whose_kernels_of_one_geometry_have_two_roles() => Check(
        """
        {"name": "Separable", "resolution": 64, "stem": {"channels": 16}, "classes": 10, "stages": [
            {"block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 16, "repeats": 1},
            {"block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 32, "repeats": 1},
            {"block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 48, "repeats": 1}]}
        """,
        """
        {"name": "Panels", "resolution": 6, "stem": {"channels": 16}, "classes": 10, "stages": [
            {"kernel": 3, "stride": 1, "expansion": 1, "channels": 208, "repeats": 1, "squeezeExcite": 0},
            {"kernel": 3, "stride": 1, "expansion": 2, "channels": 16, "repeats": 1, "squeezeExcite": 0},
            {"kernel": 3, "stride": 1, "expansion": 2, "channels": 208, "repeats": 1, "squeezeExcite": 0}]}
        """);

    /// <summary>Compiles them together, as one project with several networks.</summary>
    private void Check(params string[] texts)
    {
        List<ArchitectureSpec> specs = texts.Select(text => SpecTexts.Parse(text, SpecTexts.OfTinyNetworks)).ToList();
        IReadOnlyList<GeneratedAssembly> assemblies = GeneratedAssembly.OfAll(specs);
        for (int i = 0; i < specs.Count; i++) output.WriteLine($"{specs[i].Name}: largest error {BlockwiseRun.Check(specs[i], assemblies[i])} of its bound");
    }
}
