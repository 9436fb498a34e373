using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>A published family: its stage table and what it keeps whoever implements it.</summary>
/// <param name="Name">Its name in a spec.</param>
/// <param name="Convention">The convention that holds when the spec names none.</param>
/// <param name="Stages">The stage table before scaling.</param>
/// <param name="Stem">The first convolution.</param>
/// <param name="Head">The head, where the family fixes it; otherwise the convention's rule holds.</param>
/// <param name="Activation">The activation of every layer that has one.</param>
/// <param name="SqueezeExcite">The squeeze-excite ratio of a stage that states none.</param>
/// <param name="Rounding">How scaled channels are rounded.</param>
/// <param name="BatchNorm">Epsilon and momentum, where the family fixes them; otherwise the convention's hold.</param>
/// <param name="HalfMeanUnder">The conventions under which published weights want pixels in -1..1 in place of ImageNet's mean.</param>
/// <param name="PublishedBilinearFrom">The resolution from which weights published under the family's convention want photos resized bilinearly; nothing where they never do.</param>
internal sealed record FamilyPreset(
    string Name,
    Convention Convention,
    EquatableArray<StageSpec> Stages,
    StemSpec Stem,
    HeadSpec? Head,
    ActivationKind Activation,
    double SqueezeExcite,
    RoundingSpec Rounding,
    BatchNormSpec? BatchNorm,
    EquatableArray<Convention> HalfMeanUnder,
    int? PublishedBilinearFrom);

/// <summary>The stage tables.</summary>
/// <remarks>
/// Sources: torchvision <c>_efficientnet_conf</c>, timm <c>_gen_efficientnet</c> and <c>_gen_efficientnet_lite</c>,
/// tensorflow/tpu <c>efficientnet_builder.py</c> and <c>lite/efficientnet_lite_builder.py</c>, which agree;
/// of V2 google/automl <c>effnetv2_configs.py</c>, timm <c>_gen_efficientnetv2_*</c> and torchvision, which agree too. A further
/// family is one more table here, and one more name in <see cref="SpecFormat.Family"/>.
/// </remarks>
internal static class Families
{
    /// <summary>What a spec with its own stage table records as its family.</summary>
    public const string Custom = "custom";

    /// <summary>Squeeze-excite channels over input channels in the blocks of EfficientNetV2 that are not fused.</summary>
    private const double V2Squeeze = 0.25;

    /// <summary>EfficientNet-B0 to B8 and L2: squeeze-excite in every block, stem scaled.</summary>
    public static readonly FamilyPreset V1 = new(
        "v1",
        Conventions.Torchvision,
        Table(squeezeExcite: 0.25, endsScaled: true),
        new StemSpec(Channels: 32, Scaled: true),
        Head: null,
        ActivationKind.Silu,
        SqueezeExcite: 0.25,
        Conventions.Rounding,
        BatchNorm: null,
        Under(),
        PublishedBilinearFrom: null);

    /// <summary>
    /// EfficientNet-Lite0 to Lite4: no squeeze-excite, ReLU6, stem, head and the outer stages' repeats fixed. Lite3 and Lite4,
    /// at 280 and 300 pixels, are evaluated on bilinear photos (timm <c>tf_efficientnet_lite3</c> and <c>lite4</c>).
    /// </summary>
    public static readonly FamilyPreset Lite = new(
        "lite",
        Conventions.TensorFlow,
        Table(squeezeExcite: 0, endsScaled: false),
        new StemSpec(Channels: 32, Scaled: false),
        new HeadSpec(HeadRule.Fixed, 1280),
        ActivationKind.Relu6,
        SqueezeExcite: 0,
        Conventions.Rounding,
        BatchNorm: null,
        Under(Conventions.TensorFlow),
        PublishedBilinearFrom: 280);

    /// <summary>EfficientNetV2-B0 to B3, which width and depth scale. The first three stages' blocks are fused.</summary>
    public static readonly FamilyPreset V2 = V2Of("v2", Conventions.TensorFlow, stem: 32, Under(), bilinearFrom: null,
        Fused(expansion: 1, stride: 1, channels: 16, repeats: 1),
        Fused(expansion: 4, stride: 2, channels: 32, repeats: 2),
        Fused(expansion: 4, stride: 2, channels: 48, repeats: 2),
        MBConv(expansion: 4, stride: 2, channels: 96, repeats: 3),
        MBConv(expansion: 6, stride: 1, channels: 112, repeats: 5),
        MBConv(expansion: 6, stride: 2, channels: 192, repeats: 8));

    /// <summary>EfficientNetV2-S.</summary>
    public static readonly FamilyPreset V2S = V2Of("v2-s", Conventions.Torchvision, stem: 24, Under(Conventions.TensorFlow), bilinearFrom: 1,
        Fused(expansion: 1, stride: 1, channels: 24, repeats: 2),
        Fused(expansion: 4, stride: 2, channels: 48, repeats: 4),
        Fused(expansion: 4, stride: 2, channels: 64, repeats: 4),
        MBConv(expansion: 4, stride: 2, channels: 128, repeats: 6),
        MBConv(expansion: 6, stride: 1, channels: 160, repeats: 9),
        MBConv(expansion: 6, stride: 2, channels: 256, repeats: 15));

    /// <summary>EfficientNetV2-M.</summary>
    public static readonly FamilyPreset V2M = V2Of("v2-m", Conventions.Torchvision, stem: 24, Under(Conventions.TensorFlow), bilinearFrom: 1,
        Fused(expansion: 1, stride: 1, channels: 24, repeats: 3),
        Fused(expansion: 4, stride: 2, channels: 48, repeats: 5),
        Fused(expansion: 4, stride: 2, channels: 80, repeats: 5),
        MBConv(expansion: 4, stride: 2, channels: 160, repeats: 7),
        MBConv(expansion: 6, stride: 1, channels: 176, repeats: 14),
        MBConv(expansion: 6, stride: 2, channels: 304, repeats: 18),
        MBConv(expansion: 6, stride: 1, channels: 512, repeats: 5));

    /// <summary>EfficientNetV2-L, whose published weights want pixels in -1..1 whoever published them.</summary>
    public static readonly FamilyPreset V2L = V2Of("v2-l", Conventions.Torchvision, stem: 32, Under(Conventions.Torchvision, Conventions.TensorFlow), bilinearFrom: null,
        Fused(expansion: 1, stride: 1, channels: 32, repeats: 4),
        Fused(expansion: 4, stride: 2, channels: 64, repeats: 7),
        Fused(expansion: 4, stride: 2, channels: 96, repeats: 7),
        MBConv(expansion: 4, stride: 2, channels: 192, repeats: 10),
        MBConv(expansion: 6, stride: 1, channels: 224, repeats: 19),
        MBConv(expansion: 6, stride: 2, channels: 384, repeats: 25),
        MBConv(expansion: 6, stride: 1, channels: 640, repeats: 7));

    /// <summary>What all sizes of EfficientNetV2 share: epsilon 1e-3 and momentum 0.1, and channels that are rounded to the nearest multiple of eight.</summary>
    private static FamilyPreset V2Of(string name, Convention convention, int stem, EquatableArray<Convention> halfMeanUnder, int? bilinearFrom, params StageSpec[] stages) => new(
        name,
        convention,
        stages.ToEquatableArray(),
        new StemSpec(stem, Scaled: true),
        new HeadSpec(HeadRule.Scaled, 1280),
        ActivationKind.Silu,
        SqueezeExcite: V2Squeeze,
        Conventions.Rounding with { KeepNinetyPercent = false },
        new BatchNormSpec(Epsilon: 1e-3, Momentum: 0.1),
        halfMeanUnder,
        bilinearFrom);

    private static StageSpec Fused(int expansion, int stride, int channels, int repeats) => Stage(BlockKind.FusedMBConv, kernel: 3, expansion, stride, channels, repeats, squeezeExcite: 0);

    private static StageSpec MBConv(int expansion, int stride, int channels, int repeats) => Stage(BlockKind.MBConv, kernel: 3, expansion, stride, channels, repeats, V2Squeeze);

    private static StageSpec Stage(BlockKind block, int kernel, int expansion, int stride, int channels, int repeats, double squeezeExcite) => new()
    {
        Block = block,
        Kernel = kernel,
        Stride = stride,
        Expansion = expansion,
        Channels = channels,
        Repeats = repeats,
        DepthScaled = true,
        SqueezeExcite = squeezeExcite,
    };

    private static EquatableArray<Convention> Under(params Convention[] conventions) => conventions.ToEquatableArray();

    private static EquatableArray<StageSpec> Table(double squeezeExcite, bool endsScaled)
    {
        return new[]
        {
            Row(expansion: 1, kernel: 3, stride: 1, channels: 16, repeats: 1, endsScaled),
            Row(expansion: 6, kernel: 3, stride: 2, channels: 24, repeats: 2),
            Row(expansion: 6, kernel: 5, stride: 2, channels: 40, repeats: 2),
            Row(expansion: 6, kernel: 3, stride: 2, channels: 80, repeats: 3),
            Row(expansion: 6, kernel: 5, stride: 1, channels: 112, repeats: 3),
            Row(expansion: 6, kernel: 5, stride: 2, channels: 192, repeats: 4),
            Row(expansion: 6, kernel: 3, stride: 1, channels: 320, repeats: 1, endsScaled),
        }.ToEquatableArray();

        StageSpec Row(int expansion, int kernel, int stride, int channels, int repeats, bool depthScaled = true) =>
            Stage(BlockKind.MBConv, kernel, expansion, stride, channels, repeats, squeezeExcite) with { DepthScaled = depthScaled };
    }
}
