using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Small networks of the family with numbers that nobody would choose: channels that fill no vector, odd and 1×1 maps.</summary>
internal static class RandomSpecs
{
    private static readonly int[] Resolutions = [1, 2, 3, 7, 9, 15, 17, 22, 28, 31, 33, 45];

    private static readonly int[] Classes = [1, 2, 10, 17, 33, 100, 257];

    /// <summary>The network of a seed; the same on every machine.</summary>
    public static ArchitectureSpec Of(int seed)
    {
        var random = new Sequence((ulong)seed);
        int divisor = random.Pick(1, 1, 3, 8);
        var stages = new List<StageSpec>();
        int count = random.Between(1, 4);
        // Every choice that matters is taken from the seed's digits, so that a dozen seeds covers all of them.
        bool squeezes = seed % 3 != 0;
        for (int i = 0; i < count; i++)
        {
            stages.Add(new StageSpec
            {
                Block = BlockKind.MBConv,
                Kernel = random.Pick(3, 3, 5, 5, 7),
                Stride = random.Pick(1, 2),
                Expansion = i == 0 ? random.Pick(1, 1, 4) : random.Pick(1, 2, 3, 6, 6),
                Channels = random.Between(1, 50),
                Repeats = random.Between(1, 3),
                DepthScaled = false,
                SqueezeExcite = squeezes && random.Pick(0, 1, 1) == 1 ? random.Pick(1, 1, 2) * 0.25 : 0,
            });
        }

        HeadRule rule = random.Pick(HeadRule.Fixed, HeadRule.Fixed, HeadRule.TimesLastStage, HeadRule.None);
        return Specs.TorchVision($"Random{seed}", 1, 1, Resolutions[seed % Resolutions.Length]) with
        {
            Family = "custom",
            Rounding = new RoundingSpec(divisor, KeepNinetyPercent: true),
            Stem = new StemSpec(random.Between(1, 40), Scaled: false),
            Stages = WithRare(seed, WithFused(seed, stages)).ToEquatableArray(),
            Head = new HeadSpec(rule, rule == HeadRule.TimesLastStage ? 3 : random.Between(5, 150)),
            Activation = seed % 2 == 0 ? ActivationKind.Silu : ActivationKind.Relu6,
            Padding = seed / 2 % 2 == 0 ? PaddingMode.Symmetric : PaddingMode.Same,
            BatchNorm = new BatchNormSpec(seed % 5 == 0 ? 1e-5 : 1e-3, 0.1),
            Classes = random.Pick(Classes),
        };
    }

    /// <summary>Of every third seed some stages become fused ones, with smaller kernels and expansions: the naive reference computes every tap of every channel.</summary>
    private static IEnumerable<StageSpec> WithFused(int seed, IReadOnlyList<StageSpec> stages)
    {
        if (seed % 3 != 2) return stages;
        var random = new Sequence((ulong)seed, "fused blocks");
        return stages.Select(stage => random.OneIn(3) ? stage : stage with
        {
            Block = BlockKind.FusedMBConv,
            Kernel = random.Pick(3, 3, 5),
            Expansion = random.Pick(1, 2, 3),
            SqueezeExcite = 0,
        });
    }

    /// <summary>Four of twelve seeds have what no published network has: depthwise kernels of 1 and 9, separable blocks with strides, gates of one channel and of as many as their block has.</summary>
    private static IEnumerable<StageSpec> WithRare(int seed, IEnumerable<StageSpec> stages)
    {
        if (seed / 4 % 3 != 2) return stages;
        var random = new Sequence((ulong)seed, "rare blocks");
        return stages.Select(stage => stage.Block == BlockKind.FusedMBConv ? stage : stage with
        {
            Block = random.OneIn(3) ? BlockKind.DepthwiseSeparable : BlockKind.MBConv,
            Kernel = random.Pick(1, 9, stage.Kernel),
            SqueezeExcite = random.Pick(0, 0.04, 1, stage.SqueezeExcite),
        }).Select(stage => stage.Block == BlockKind.DepthwiseSeparable ? stage with { Expansion = 1 } : stage);
    }
}
