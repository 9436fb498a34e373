using System.Collections.Immutable;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Specs built without the parser, so that a failure here is never the parser's.</summary>
internal static class Specs
{
    public static readonly EquatableArray<StageSpec> B0Stages = Stages(squeezeExcite: 0.25, fixedEnds: false);

    /// <summary>torchvision's B0 table with any width, depth and resolution; the head is four times the last stage, as torchvision has it.</summary>
    public static ArchitectureSpec TorchVision(string name, double width, double depth, int resolution) => new()
    {
        Name = name,
        SourceName = name + ".efficientnet.json",
        Namespace = "EfficientNet.Generated",
        Convention = "torchvision",
        Family = "v1",
        Scaling = new ScalingSpec(width, depth, resolution),
        Rounding = new RoundingSpec(8, KeepNinetyPercent: true),
        Stem = new StemSpec(32, Scaled: true),
        Stages = B0Stages,
        Head = new HeadSpec(HeadRule.TimesLastStage, 4),
        Activation = ActivationKind.Silu,
        Padding = PaddingMode.Symmetric,
        BatchNorm = new BatchNormSpec(1e-5, 0.1),
        Biases = new BiasSpec(Stem: false, Pointwise: false, Depthwise: false, Head: false),
        Classes = 1000,
        Dropout = 0.2,
        StochasticDepth = 0.2,
        Preprocessing = new PreprocessingSpec
        {
            Resize = 256,
            Crop = resolution,
            Interpolation = InterpolationKind.Bicubic,
            Mean = ImmutableArray.Create(0.485, 0.456, 0.406),
            Std = ImmutableArray.Create(0.229, 0.224, 0.225),
        },
        Labels = null,
        Training = false,
    };

    public static ArchitectureSpec B0 => TorchVision("EfficientNetB0", 1, 1, 224);

    public static ArchitectureSpec Lite0 => TorchVision("EfficientNetLite0", 1, 1, 224) with
    {
        Convention = "timm",
        Family = "lite",
        Stem = new StemSpec(32, Scaled: false),
        Stages = Stages(squeezeExcite: 0, fixedEnds: true),
        Head = new HeadSpec(HeadRule.Fixed, 1280),
        Activation = ActivationKind.Relu6,
        Padding = PaddingMode.Same,
        BatchNorm = new BatchNormSpec(1e-3, 0.1),
    };

    /// <summary>The graph before any pass: BatchNorm, dropout and stochastic depth are operations of their own.</summary>
    public static Network TrainingGraph(this ArchitectureSpec spec) =>
        NetworkBuilder.Build(CompoundScaling.Apply(spec)).Verify("building");

    private static EquatableArray<StageSpec> Stages(double squeezeExcite, bool fixedEnds)
    {
        (int Kernel, int Stride, int Expansion, int Channels, int Repeats)[] table =
            [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)];
        return table.Select((row, i) => new StageSpec
        {
            Block = BlockKind.MBConv,
            Kernel = row.Kernel,
            Stride = row.Stride,
            Expansion = row.Expansion,
            Channels = row.Channels,
            Repeats = row.Repeats,
            DepthScaled = !fixedEnds || (i > 0 && i < table.Length - 1),
            SqueezeExcite = squeezeExcite,
        }).ToEquatableArray();
    }
}
