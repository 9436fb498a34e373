using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>What published implementations of the same network disagree on.</summary>
/// <param name="Name">Its name in a spec.</param>
/// <param name="Padding">How convolutions are padded.</param>
/// <param name="BatchNorm">Epsilon, and momentum as the weight of the new value.</param>
/// <param name="Head">The rule for the head's width.</param>
/// <param name="MarginRule">How much larger than the crop a photo is resized, where no published number is known.</param>
/// <param name="PublishedResizes">Published pairs of crop and resize that the rule does not give.</param>
internal sealed record Convention(
    string Name,
    PaddingMode Padding,
    BatchNormSpec BatchNorm,
    HeadSpec Head,
    ResizeMargin MarginRule,
    EquatableArray<ResizePair> PublishedResizes)
{
    /// <summary>The shorter side, in pixels, to which a photo is resized before a crop of this side.</summary>
    public int ResizeFor(int crop)
    {
        foreach (ResizePair pair in PublishedResizes)
        {
            if (pair.Crop == crop) return pair.Resize;
        }

        return MarginRule == ResizeMargin.ThirtyTwoPixels ? crop + 32 : crop * 8 / 7;
    }
}

/// <summary>A crop and the resize published with it, in pixels.</summary>
internal readonly record struct ResizePair(int Crop, int Resize);

internal enum ResizeMargin
{
    /// <summary>The crop is 0.875 of the resized side: 224 of 256.</summary>
    SevenEighths,

    /// <summary>The crop is 32 pixels less than the resized side: the padding of the original TPU evaluation.</summary>
    ThirtyTwoPixels,
}

/// <summary>The table of conventions.</summary>
/// <remarks>
/// Sources: torchvision <c>efficientnet.py</c> (B0-B4; its B5-B7 weights want epsilon 1e-3 and momentum 0.01, which
/// those specs state), timm <c>efficientnet_*</c> in column two, tensorflow/tpu and timm's <c>tf_efficientnet_*</c> in column three.
/// <code>
///               padding     epsilon  momentum  head width            resized side
/// torchvision   symmetric   1e-5     0.1       4 × last stage        of the published weights, else crop / 0.875
/// timm          symmetric   1e-5     0.1       round(1280 × width)   crop / 0.875
/// tensorflow    TF-SAME     1e-3     0.01      round(1280 × width)   crop + 32 (300 → 331)
/// </code>
/// </remarks>
internal static class Conventions
{
    public const double Dropout = 0.2;
    public const double StochasticDepth = 0.2;
    public const int Classes = 1000;

    public static readonly RoundingSpec Rounding = new(Divisor: 8, KeepNinetyPercent: true);

    /// <summary>ImageNet's mean and standard deviation on 0..1, in the order red, green, blue.</summary>
    public static readonly EquatableArray<double> ImageNetMean = new[] { 0.485, 0.456, 0.406 }.ToEquatableArray();

    /// <inheritdoc cref="ImageNetMean"/>
    public static readonly EquatableArray<double> ImageNetStd = new[] { 0.229, 0.224, 0.225 }.ToEquatableArray();

    /// <summary>Mean and standard deviation that bring 0..1 to -1..1.</summary>
    public static readonly EquatableArray<double> Half = new[] { 0.5, 0.5, 0.5 }.ToEquatableArray();

    public static readonly Convention Torchvision = new(
        "torchvision",
        PaddingMode.Symmetric,
        new BatchNormSpec(Epsilon: 1e-5, Momentum: 0.1),
        new HeadSpec(HeadRule.TimesLastStage, 4),
        ResizeMargin.SevenEighths,
        Pairs((224, 256), (240, 256), (288, 288), (300, 320), (380, 384), (384, 384), (456, 456), (480, 480), (528, 528), (600, 600)));

    public static readonly Convention Timm = new(
        "timm",
        PaddingMode.Symmetric,
        new BatchNormSpec(Epsilon: 1e-5, Momentum: 0.1),
        new HeadSpec(HeadRule.Scaled, 1280),
        ResizeMargin.SevenEighths,
        Pairs());

    public static readonly Convention TensorFlow = new(
        "tensorflow",
        PaddingMode.Same,
        new BatchNormSpec(Epsilon: 1e-3, Momentum: 0.01),
        new HeadSpec(HeadRule.Scaled, 1280),
        ResizeMargin.ThirtyTwoPixels,
        Pairs((300, 331), (384, 384), (480, 480)));

    /// <summary>The number that completes a head rule: the scaled or fixed channels, the multiple of the last stage.</summary>
    public static int HeadChannels(HeadRule rule) => rule switch
    {
        HeadRule.TimesLastStage => Torchvision.Head.Channels,
        HeadRule.None => 0,
        _ => Timm.Head.Channels,
    };

    private static EquatableArray<ResizePair> Pairs(params (int Crop, int Resize)[] pairs) =>
        pairs.Select(pair => new ResizePair(pair.Crop, pair.Resize)).ToEquatableArray();
}
