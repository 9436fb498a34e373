using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>
/// Every key of a spec, with its type and limits: the one place that says what the format is.
/// </summary>
/// <remarks>
/// The parser asks this table what a value may be, and a test compares it with <c>specs/efficientnet.schema.json</c> and
/// <c>docs/spec-format.md</c> key by key. Defaults are in <see cref="Conventions"/> and <see cref="Families"/>.
/// </remarks>
internal static class SpecFormat
{
    public const int MaximumStages = 32;
    public const int MaximumSide = 4096;
    public const int MaximumClasses = 1_000_000;
    public const int MaximumNameLength = 128;

    /// <summary>The name under which the labels of ImageNet-1k are asked for.</summary>
    public const string ImageNetLabels = "imagenet1k";

    public static readonly ChoiceFormat<FamilyPreset> Family = new(
        [.. new[] { Families.V1, Families.Lite, Families.V2, Families.V2S, Families.V2M, Families.V2L }.Select(family => (family.Name, family))]);

    public static readonly ChoiceFormat<Convention> Convention = new(
        [.. new[] { Conventions.Torchvision, Conventions.Timm, Conventions.TensorFlow }.Select(convention => (convention.Name, convention))]);

    public static readonly ChoiceFormat<ActivationKind> Activation = new(
        ("silu", ActivationKind.Silu), ("relu6", ActivationKind.Relu6), ("relu", ActivationKind.Relu), ("hardswish", ActivationKind.HardSwish));

    public static readonly ChoiceFormat<PaddingMode> Padding = new(("symmetric", PaddingMode.Symmetric), ("same", PaddingMode.Same));

    public static readonly ChoiceFormat<BlockKind> Block = new(
        ("mbconv", BlockKind.MBConv), ("fused", BlockKind.FusedMBConv), ("depthwiseSeparable", BlockKind.DepthwiseSeparable));

    public static readonly ChoiceFormat<HeadRule> HeadRule = new(
        ("timesLastStage", Model.HeadRule.TimesLastStage),
        ("scaled", Model.HeadRule.Scaled),
        ("fixed", Model.HeadRule.Fixed),
        ("none", Model.HeadRule.None));

    public static readonly ChoiceFormat<InterpolationKind> Interpolation = new(
        ("bicubic", InterpolationKind.Bicubic), ("bilinear", InterpolationKind.Bilinear));

    public static readonly ChoiceFormat<string> LabelSet = new((ImageNetLabels, ImageNetLabels));

    public static readonly ObjectFormat Stage = new(
        new("block", Block),
        new("kernel", new IntegerFormat(1, 9, Odd: true), Required: true),
        new("stride", new IntegerFormat(1, 2), Required: true),
        new("expansion", new IntegerFormat(1, 64)),
        new("channels", new IntegerFormat(1, 16384), Required: true),
        new("repeats", new IntegerFormat(1, 256), Required: true),
        new("squeezeExcite", new NumberFormat(0, 1)),
        new("depthScaled", Flag));

    public static readonly ObjectFormat Stem = new(new("channels", new IntegerFormat(1, 4096)), new("scaled", Flag));

    public static readonly ObjectFormat Head = new(new("rule", HeadRule, Required: true), new("channels", new IntegerFormat(1, NetworkLimits.Channels)));

    public static readonly ObjectFormat Rounding = new(new("divisor", new IntegerFormat(1, 256)), new("keepNinetyPercent", Flag));

    // A smaller epsilon has an inverse root that floats do not hold: channels without variance would give NaN.
    public static readonly ObjectFormat BatchNorm = new(
        new("epsilon", new NumberFormat(1e-30, 1)), new("momentum", new NumberFormat(0, 1, AboveLow: true)));

    public static readonly ObjectFormat Biases = new(
        new("stem", Flag), new("pointwise", Flag), new("depthwise", Flag), new("head", Flag));

    // A smaller std is 0 among floats, or what is divided by it infinite.
    public static readonly ObjectFormat Preprocessing = new(
        new("resize", new IntegerFormat(1, 8192)),
        new("crop", new IntegerFormat(1, MaximumSide)),
        new("interpolation", Interpolation),
        new("mean", new ArrayFormat(new NumberFormat(0, 1), 3, 3)),
        new("std", new ArrayFormat(new NumberFormat(1e-30, 1), 3, 3)));

    public static readonly ObjectFormat Root = new(
        new("$schema", new TextFormat("the schema's address")),
        new("name", new TextFormat("a C# identifier"), Required: true),
        new("namespace", new TextFormat("a C# namespace")),
        new("family", Family),
        new("convention", Convention),
        new("width", Scale),
        new("depth", Scale),
        new("resolution", new IntegerFormat(1, MaximumSide)),
        new("phi", new NumberFormat(0, 16)),
        new("alpha", Coefficient),
        new("beta", Coefficient),
        new("gamma", Coefficient),
        new("stages", new ArrayFormat(Stage, 1, MaximumStages)),
        new("stem", Stem),
        new("head", Head),
        new("rounding", Rounding),
        new("activation", Activation),
        new("padding", Padding),
        new("batchNorm", new EitherFormat(BatchNorm, new AbsentFormat())),
        new("biases", Biases),
        new("classes", new IntegerFormat(1, MaximumClasses)),
        new("dropout", Probability),
        new("stochasticDepth", Probability),
        new("preprocessing", Preprocessing),
        new("labels", new EitherFormat(LabelSet, new ArrayFormat(new TextFormat("a label"), 1, MaximumClasses), new AbsentFormat())),
        new("training", Flag));

    private static FlagFormat Flag => new();

    private static NumberFormat Scale => new(0, 32, AboveLow: true);

    private static NumberFormat Coefficient => new(0, 4, AboveLow: true);

    private static NumberFormat Probability => new(0, 1, BelowHigh: true);
}
