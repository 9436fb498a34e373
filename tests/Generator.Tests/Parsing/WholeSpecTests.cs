using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

public class WholeSpecTests
{
    [Fact]
    public void Three_numbers_are_a_whole_torchvision_B0()
    {
        ArchitectureSpec spec = Specs.Valid(Specs.B0);

        spec.Name.ShouldBe("EfficientNetB0");
        spec.Namespace.ShouldBe("EfficientNet.Networks");
        spec.Family.ShouldBe("v1");
        spec.Convention.ShouldBe("torchvision");
        spec.Scaling.ShouldBe(new ScalingSpec(1, 1, 224));
        spec.Rounding.ShouldBe(new RoundingSpec(8, true));
        spec.Stem.ShouldBe(new StemSpec(32, true));
        spec.Head.ShouldBe(new HeadSpec(HeadRule.TimesLastStage, 4));
        spec.Activation.ShouldBe(ActivationKind.Silu);
        spec.Padding.ShouldBe(PaddingMode.Symmetric);
        spec.BatchNorm.ShouldBe(new BatchNormSpec(1e-5, 0.1));
        spec.Biases.ShouldBe(new BiasSpec(false, false, false, false));
        spec.Classes.ShouldBe(1000);
        spec.Dropout.ShouldBe(0.2);
        spec.StochasticDepth.ShouldBe(0.2);
        spec.Labels.ShouldBe(new LabelsSpec("imagenet1k", default));
        spec.Training.ShouldBeFalse();
        spec.Preprocessing.ShouldBe(new PreprocessingSpec
        {
            Resize = 256,
            Crop = 224,
            Interpolation = InterpolationKind.Bicubic,
            Mean = new[] { 0.485, 0.456, 0.406 }.ToEquatableArray(),
            Std = new[] { 0.229, 0.224, 0.225 }.ToEquatableArray(),
        });
        Table(spec).ShouldBe(
        [
            "MBConv k3 s1 e1 c16 r1 se0.25 scaled",
            "MBConv k3 s2 e6 c24 r2 se0.25 scaled",
            "MBConv k5 s2 e6 c40 r2 se0.25 scaled",
            "MBConv k3 s2 e6 c80 r3 se0.25 scaled",
            "MBConv k5 s1 e6 c112 r3 se0.25 scaled",
            "MBConv k5 s2 e6 c192 r4 se0.25 scaled",
            "MBConv k3 s1 e6 c320 r1 se0.25 scaled",
        ]);
    }

    [Fact]
    public void The_lite_family_brings_its_own_convention_ends_and_pixels()
    {
        ArchitectureSpec spec = Specs.Valid(Specs.Lite0);

        spec.Family.ShouldBe("lite");
        spec.Convention.ShouldBe("tensorflow");
        spec.Stem.ShouldBe(new StemSpec(32, false));
        spec.Head.ShouldBe(new HeadSpec(HeadRule.Fixed, 1280));
        spec.Activation.ShouldBe(ActivationKind.Relu6);
        spec.Padding.ShouldBe(PaddingMode.Same);
        spec.BatchNorm.ShouldBe(new BatchNormSpec(1e-3, 0.01));
        spec.Preprocessing.Resize.ShouldBe(256);
        spec.Preprocessing.Interpolation.ShouldBe(InterpolationKind.Bicubic);
        spec.Preprocessing.Mean.ShouldBe([0.5, 0.5, 0.5]);
        spec.Preprocessing.Std.ShouldBe([0.5, 0.5, 0.5]);
        Table(spec).ShouldBe(
        [
            "MBConv k3 s1 e1 c16 r1 se0 fixed",
            "MBConv k3 s2 e6 c24 r2 se0 scaled",
            "MBConv k5 s2 e6 c40 r2 se0 scaled",
            "MBConv k3 s2 e6 c80 r3 se0 scaled",
            "MBConv k5 s1 e6 c112 r3 se0 scaled",
            "MBConv k5 s2 e6 c192 r4 se0 scaled",
            "MBConv k3 s1 e6 c320 r1 se0 fixed",
        ]);
    }

    [Fact]
    public void White_space_key_order_and_the_schema_key_do_not_change_the_spec()
    {
        const string other = "\uFEFF\r\n{\"resolution\" : 2.24e2,\r\n\t\"depth\":1, \"width\":1.00,\"name\":\"Efficient\\u004eetB0\" , \"$schema\": \"x\"\n}\n\n";
        Specs.Valid(other).ShouldBe(Specs.Valid(Specs.B0));
    }

    [Theory]
    [InlineData("N.efficientnet.json", "N.efficientnet.json")]
    [InlineData("/home/me/nets/N.efficientnet.json", "N.efficientnet.json")]
    [InlineData("C:\\nets\\N.efficientnet.json", "N.efficientnet.json")]
    [InlineData("/home/N\nM.efficientnet.json", "N?M.efficientnet.json")]
    public void The_spec_remembers_its_file_name_without_the_folders(string path, string name) =>
        SpecParser.Parse(path, Specs.B0, SpecDefaults.Standard).Spec.ShouldNotBeNull().SourceName.ShouldBe(name);

    [Fact]
    public void The_plain_table_of_a_tutorial_can_be_written()
    {
        ArchitectureSpec spec = Specs.Valid(
            """
            {
              "name": "Plain",
              "resolution": 224,
              "stages": [
                { "block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": 16, "repeats": 1 },
                { "block": "mbconv", "kernel": 5, "stride": 2, "expansion": 6, "channels": 320, "repeats": 2, "squeezeExcite": 0.5, "depthScaled": false }
              ],
              "head": { "rule": "none" },
              "batchNorm": false,
              "biases": { "depthwise": false },
              "classes": 10,
              "labels": false
            }
            """);

        spec.Family.ShouldBe("custom");
        spec.Scaling.ShouldBe(new ScalingSpec(1, 1, 224));
        spec.Head.ShouldBe(new HeadSpec(HeadRule.None, 0));
        spec.BatchNorm.ShouldBeNull();
        spec.Biases.ShouldBe(new BiasSpec(Stem: true, Pointwise: true, Depthwise: false, Head: true));
        spec.Labels.ShouldBeNull();
        Table(spec).ShouldBe(["DepthwiseSeparable k3 s1 e1 c16 r1 se0 scaled", "MBConv k5 s2 e6 c320 r2 se0.5 fixed"]);
    }

    private static string[] Table(ArchitectureSpec spec) => spec.Stages.Select(stage => FormattableString.Invariant(
        $"{stage.Block} k{stage.Kernel} s{stage.Stride} e{stage.Expansion} c{stage.Channels} r{stage.Repeats} se{stage.SqueezeExcite} {(stage.DepthScaled ? "scaled" : "fixed")}")).ToArray();
}
