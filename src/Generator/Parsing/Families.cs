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
/// <param name="PublishedMeanIsHalf">Whether the authors' own weights want pixels in -1..1 in place of ImageNet's mean.</param>
/// <param name="PublishedBilinearFrom">The resolution from which the authors' own weights want photos resized bilinearly; nothing where they never do.</param>
internal sealed record FamilyPreset(
    string Name,
    Convention Convention,
    EquatableArray<StageSpec> Stages,
    StemSpec Stem,
    HeadSpec? Head,
    ActivationKind Activation,
    double SqueezeExcite,
    bool PublishedMeanIsHalf,
    int? PublishedBilinearFrom);

/// <summary>The stage tables.</summary>
/// <remarks>
/// Sources: torchvision <c>_efficientnet_conf</c>, timm <c>_gen_efficientnet</c> and <c>_gen_efficientnet_lite</c>,
/// tensorflow/tpu <c>efficientnet_builder.py</c> and <c>lite/efficientnet_lite_builder.py</c>, which agree. A further
/// family is one more table here and one more word in <see cref="SpecFormat.Family"/>.
/// </remarks>
internal static class Families
{
    /// <summary>What a spec with its own stage table records as its family.</summary>
    public const string Custom = "custom";

    /// <summary>EfficientNet-B0 to B8 and L2: squeeze-excite in every block, stem scaled.</summary>
    public static readonly FamilyPreset V1 = new(
        "v1",
        Conventions.Torchvision,
        Table(squeezeExcite: 0.25, endsScaled: true),
        new StemSpec(Channels: 32, Scaled: true),
        Head: null,
        ActivationKind.Silu,
        SqueezeExcite: 0.25,
        PublishedMeanIsHalf: false,
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
        PublishedMeanIsHalf: true,
        PublishedBilinearFrom: 280);

    private static EquatableArray<StageSpec> Table(double squeezeExcite, bool endsScaled)
    {
        return new StageSpec[]
        {
            Row(expansion: 1, kernel: 3, stride: 1, channels: 16, repeats: 1, endsScaled),
            Row(expansion: 6, kernel: 3, stride: 2, channels: 24, repeats: 2),
            Row(expansion: 6, kernel: 5, stride: 2, channels: 40, repeats: 2),
            Row(expansion: 6, kernel: 3, stride: 2, channels: 80, repeats: 3),
            Row(expansion: 6, kernel: 5, stride: 1, channels: 112, repeats: 3),
            Row(expansion: 6, kernel: 5, stride: 2, channels: 192, repeats: 4),
            Row(expansion: 6, kernel: 3, stride: 1, channels: 320, repeats: 1, endsScaled),
        }.ToEquatableArray();

        StageSpec Row(int expansion, int kernel, int stride, int channels, int repeats, bool depthScaled = true) => new()
        {
            Block = BlockKind.MBConv,
            Kernel = kernel,
            Stride = stride,
            Expansion = expansion,
            Channels = channels,
            Repeats = repeats,
            DepthScaled = depthScaled,
            SqueezeExcite = squeezeExcite,
        };
    }
}
