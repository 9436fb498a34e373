using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Graph;

/// <summary>The tutorial's network: stem and pointwise convolutions with biases, depthwise ones without, no BatchNorm, no head.</summary>
public class PlainTableTests
{
    internal const string Text = """
        {
          "name": "Plain", "resolution": 224, "classes": 10, "activation": "relu", "batchNorm": false, "head": { "rule": "none" },
          "biases": { "stem": true, "pointwise": true, "depthwise": false },
          "stages": [
            { "block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 16, "repeats": 1 },
            { "block": "depthwiseSeparable", "kernel": 3, "stride": 2, "channels": 24, "repeats": 2 },
            { "block": "depthwiseSeparable", "kernel": 5, "stride": 2, "channels": 40, "repeats": 2 },
            { "block": "depthwiseSeparable", "kernel": 3, "stride": 2, "channels": 80, "repeats": 3 },
            { "block": "depthwiseSeparable", "kernel": 5, "stride": 1, "channels": 112, "repeats": 3 },
            { "block": "depthwiseSeparable", "kernel": 5, "stride": 2, "channels": 192, "repeats": 4 },
            { "block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 320, "repeats": 1 }
          ]
        }
        """;

    private static readonly Network Plain = NetworkCompiler.Plan(Specs.Valid(Text), CancellationToken.None).Training;

    [Theory]
    [InlineData("stem", 896)]
    [InlineData("1.0 depthwise", 288)]
    [InlineData("1.0 projection", 528)]
    [InlineData("classifier", (320 + 1) * 10)]
    public void Layers_have_the_tutorials_counts(string layer, long parameters) =>
        Network.ParametersOf(Plain.Ops.Single(op => op.Name == layer)).ShouldBe(parameters);

    [Fact]
    public void Every_side_is_the_tutorials_formula()
    {
        ConvolutionOp[] convolutions = Plain.Ops.OfType<ConvolutionOp>().ToArray();
        convolutions.Length.ShouldBe(1 + 2 * 16);
        foreach (ConvolutionOp c in convolutions)
        {
            int side = (int)Math.Floor((c.InputShape.Width - c.Geometry.Kernel + 2.0 * c.Geometry.PadLeft) / c.Geometry.Stride + 1);
            (c.Output.Height, c.Output.Width).ShouldBe((side, side), c.Name);
        }
    }

    [Fact]
    public void There_is_no_BatchNorm_no_expansion_and_no_head()
    {
        Plain.Ops.OfType<BatchNormOp>().ShouldBeEmpty();
        Plain.Ops.OfType<ConvolutionOp>().ShouldAllBe(c => c.Depthwise || c.HasBias);
        Plain.Ops.OfType<ConvolutionOp>().Where(c => c.Depthwise).ShouldAllBe(c => !c.HasBias);
        Plain.Ops.ShouldNotContain(op => op.Name.Contains("expansion") || op.Name == "head");
        ((LinearOp)Plain.Ops.Last()).InputChannels.ShouldBe(320);
    }
}
