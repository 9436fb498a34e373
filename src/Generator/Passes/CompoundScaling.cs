using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Passes;

/// <summary>Compound scaling (Tan and Le 2019): width scales channels, depth scales repeats.</summary>
internal static class CompoundScaling
{
    /// <exception cref="SpecException">Channels or blocks beyond <see cref="NetworkLimits"/>.</exception>
    public static ScaledArchitecture Apply(ArchitectureSpec spec)
    {
        int stem = spec.Stem.Scaled ? RoundChannels(spec.Stem.Channels, spec.Scaling.Width, spec.Rounding) : spec.Stem.Channels;
        _ = Checked(stem, "the stem", "stem.channels|width|phi");
        var blocks = new List<BlockArchitecture>();
        int channels = stem;
        for (int stage = 0; stage < spec.Stages.Count; stage++)
        {
            StageSpec row = spec.Stages[stage];
            int output = RoundChannels(row.Channels, spec.Scaling.Width, spec.Rounding);
            _ = Checked(output, $"stage {stage + 1}", $"stages[{stage}].channels|width|phi");
            int repeats = row.DepthScaled ? RoundRepeats(row.Repeats, spec.Scaling.Depth) : row.Repeats;
            int widest = repeats > 1 ? Math.Max(channels, output) : channels;
            _ = Checked((long)widest * row.Expansion, $"the expansion of stage {stage + 1}", $"stages[{stage}].expansion|width|phi");
            if (blocks.Count + repeats > NetworkLimits.Blocks)
            {
                throw new SpecException(
                    $"stage {stage + 1} brings it to {blocks.Count + repeats} blocks, and {NetworkLimits.Blocks} is the most",
                    $"stages[{stage}].repeats|depth|phi");
            }

            for (int i = 0; i < repeats; i++)
            {
                blocks.Add(new BlockArchitecture
                {
                    Index = blocks.Count,
                    Stage = stage + 1,
                    IndexInStage = i,
                    Kind = row.Block,
                    Kernel = row.Kernel,
                    Stride = i == 0 ? row.Stride : 1,
                    Expansion = row.Expansion,
                    InputChannels = channels,
                    OutputChannels = output,
                    SqueezeChannels = row.SqueezeExcite > 0 ? Math.Max(1, (int)(channels * row.SqueezeExcite)) : 0,
                });
                channels = output;
            }
        }

        int? head = spec.Head.Rule switch
        {
            HeadRule.TimesLastStage => Checked((long)spec.Head.Channels * channels, "the head", "head.channels|width|phi"),
            HeadRule.Scaled => Checked(RoundChannels(spec.Head.Channels, spec.Scaling.Width, spec.Rounding), "the head", "head.channels|width|phi"),
            HeadRule.Fixed => spec.Head.Channels,
            _ => null,
        };
        return new ScaledArchitecture(spec, stem, blocks.ToEquatableArray(), head);
    }

    /// <summary>
    /// v = width·c; n = max(d, ⌊v + d/2⌋ rounded down to a multiple of d); n grows by d where it would fall below 0.9·v.
    /// In double, as every published implementation does it.
    /// </summary>
    internal static int RoundChannels(int channels, double width, RoundingSpec rounding)
    {
        double scaled = width * channels;
        int divisor = rounding.Divisor;
        int rounded = Math.Max(divisor, (int)(scaled + divisor / 2.0) / divisor * divisor);
        return rounding.KeepNinetyPercent && rounded < 0.9 * scaled ? rounded + divisor : rounded;
    }

    private static int Checked(long channels, string what, string key) => channels <= NetworkLimits.Channels
        ? (int)channels
        : throw new SpecException($"{what} would have {channels} channels, and {NetworkLimits.Channels} is the most", key);

    /// <summary>⌈depth·repeats⌉ in double, as every published implementation does it.</summary>
    internal static int RoundRepeats(int repeats, double depth) => (int)Math.Ceiling(depth * repeats);
}
