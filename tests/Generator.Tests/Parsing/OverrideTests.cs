using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

public class OverrideTests
{
    [Theory]
    [InlineData("torchvision", "Symmetric", 1e-5, 0.1, "TimesLastStage", 4)]
    [InlineData("timm", "Symmetric", 1e-5, 0.1, "Scaled", 1280)]
    [InlineData("tensorflow", "Same", 1e-3, 0.01, "Scaled", 1280)]
    public void A_convention_sets_what_published_code_disagrees_on(
        string convention, string padding, double epsilon, double momentum, string rule, int channels)
    {
        ArchitectureSpec spec = Specs.B0With($"\"convention\": \"{convention}\"");
        spec.Convention.ShouldBe(convention);
        spec.Padding.ToString().ShouldBe(padding);
        spec.BatchNorm.ShouldBe(new BatchNormSpec(epsilon, momentum));
        spec.Head.ShouldBe(new HeadSpec(Enum.Parse<HeadRule>(rule), channels));
        spec.Preprocessing.Mean.ShouldBe(Conventions.ImageNetMean);
    }

    [Fact]
    public void Lite_under_another_convention_keeps_its_structure_and_takes_that_convention_numbers()
    {
        ArchitectureSpec spec = Specs.B0With("""
            "family": "lite", "convention": "timm"
            """);
        spec.Head.ShouldBe(new HeadSpec(HeadRule.Fixed, 1280));
        spec.Activation.ShouldBe(ActivationKind.Relu6);
        spec.Padding.ShouldBe(PaddingMode.Symmetric);
        spec.BatchNorm.ShouldBe(new BatchNormSpec(1e-5, 0.1));
        spec.Preprocessing.Mean.ShouldBe(Conventions.ImageNetMean);
    }

    [Theory]
    [InlineData("torchvision", "224:256 240:256 288:288 300:320 380:384 456:456 528:528 600:600 128:146 97:110")]
    [InlineData("timm", "224:256 240:274 288:329 320:365")]
    [InlineData("tensorflow", "224:256 240:272 260:292 300:331 380:412 456:488 528:560 600:632 672:704 128:160")]
    public void A_photo_is_resized_as_the_convention_published_it(string convention, string pairs)
    {
        foreach (string[] pair in pairs.Split(' ').Select(pair => pair.Split(':')))
        {
            ArchitectureSpec spec = Specs.Valid($$"""{"name": "N", "width": 1, "depth": 1, "resolution": {{pair[0]}}, "convention": "{{convention}}"}""");
            $"{spec.Preprocessing.Crop}:{spec.Preprocessing.Resize}".ShouldBe($"{pair[0]}:{pair[1]}");
        }
    }

    [Fact]
    public void Every_value_of_a_convention_or_family_can_be_overridden()
    {
        ArchitectureSpec spec = Specs.B0With(
            """
            "namespace": "My.Nets", "stem": {"channels": 40, "scaled": false}, "head": {"rule": "scaled", "channels": 640},
            "rounding": {"divisor": 4, "keepNinetyPercent": false}, "activation": "hardswish", "padding": "same",
            "batchNorm": {"epsilon": 0.001, "momentum": 0.01}, "biases": {"stem": true, "head": true}, "classes": 2, "dropout": 0,
            "stochasticDepth": 0.5, "labels": ["cat", "dog"], "training": true,
            "preprocessing": {"resize": 230, "crop": 224, "interpolation": "bilinear", "mean": [0, 0.5, 1], "std": [1, 0.5, 0.25]}
            """);
        spec.Namespace.ShouldBe("My.Nets");
        spec.Stem.ShouldBe(new StemSpec(40, false));
        spec.Head.ShouldBe(new HeadSpec(HeadRule.Scaled, 640));
        spec.Rounding.ShouldBe(new RoundingSpec(4, false));
        spec.Activation.ShouldBe(ActivationKind.HardSwish);
        spec.Padding.ShouldBe(PaddingMode.Same);
        spec.BatchNorm.ShouldBe(new BatchNormSpec(1e-3, 0.01));
        spec.Biases.ShouldBe(new BiasSpec(true, false, false, true));
        spec.Classes.ShouldBe(2);
        spec.Dropout.ShouldBe(0);
        spec.StochasticDepth.ShouldBe(0.5);
        spec.Training.ShouldBeTrue();
        spec.Labels.ShouldBe(new LabelsSpec(null, new[] { "cat", "dog" }.ToEquatableArray()));
        spec.Preprocessing.ShouldBe(new PreprocessingSpec
        {
            Resize = 230,
            Crop = 224,
            Interpolation = InterpolationKind.Bilinear,
            Mean = new[] { 0, 0.5, 1 }.ToEquatableArray(),
            Std = new[] { 1, 0.5, 0.25 }.ToEquatableArray(),
        });
    }

    [Fact]
    public void Half_an_object_overrides_half_the_defaults()
    {
        Specs.B0With("\"batchNorm\": {\"epsilon\": 0.001}").BatchNorm.ShouldBe(new BatchNormSpec(1e-3, 0.1));
        Specs.B0With("\"stem\": {\"scaled\": false}").Stem.ShouldBe(new StemSpec(32, false));
        Specs.B0With("\"rounding\": {\"keepNinetyPercent\": false}").Rounding.ShouldBe(new RoundingSpec(8, false));
        Specs.B0With("\"head\": {\"rule\": \"fixed\"}").Head.ShouldBe(new HeadSpec(HeadRule.Fixed, 1280));
        Specs.B0With("\"head\": {\"rule\": \"timesLastStage\"}, \"convention\": \"timm\"").Head.ShouldBe(new HeadSpec(HeadRule.TimesLastStage, 4));
        Specs.B0With("\"preprocessing\": {\"resize\": 224}").Preprocessing.Crop.ShouldBe(224);
    }

    [Theory]
    [InlineData("silu", "Silu")]
    [InlineData("relu6", "Relu6")]
    [InlineData("relu", "Relu")]
    [InlineData("hardswish", "HardSwish")]
    public void Every_activation_has_a_name(string name, string kind) =>
        Specs.B0With($"\"activation\": \"{name}\"").Activation.ToString().ShouldBe(kind);

    [Fact]
    public void Without_a_word_labels_follow_the_number_of_classes()
    {
        Specs.B0With("\"classes\": 1000").Labels.ShouldBe(new LabelsSpec("imagenet1k", default));
        Specs.B0With("\"classes\": 10").Labels.ShouldBeNull();
        Specs.B0With("\"labels\": false").Labels.ShouldBeNull();
        Specs.B0With("\"labels\": \"imagenet1k\"").Labels.ShouldBe(new LabelsSpec("imagenet1k", default));
    }

    [Theory]
    [InlineData(null, null, null, "EfficientNet.Networks")]
    [InlineData(null, null, "My.App", "My.App")]
    [InlineData("", " ", "My.App", "My.App")]
    [InlineData(null, "All.Networks", "My.App", "All.Networks")]
    [InlineData("Other", "All.Networks", "My.App", "Other")]
    [InlineData(null, null, "my-app.2d.class", "my_app._2d._class")]
    [InlineData(null, null, "...", "EfficientNet.Networks")]
    public void The_namespace_comes_from_the_item_then_the_project(string? item, string? project, string? root, string expected)
    {
        string actual = SpecDefaults.From(
            name => name == "Namespace" ? item : null,
            name => name switch { "EfficientNetNamespace" => project, "RootNamespace" => root, _ => null }).Namespace;
        actual.ShouldBe(expected);
        Identifiers.NamespaceComplaint(actual).ShouldBeNull();
    }
}
