using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Passes;

/// <summary>Compound scaling (Tan and Le 2019): width scales channels, depth scales repeats.</summary>
internal static class CompoundScaling
{
    /// <summary>Twice the largest published channel count with an expansion of 6, and room: beyond it offsets would leave 32 bits.</summary>
    private const int MostChannels = 65536;

    private const int MostBlocks = 512;

    public static ScaledArchitecture Apply(ArchitectureSpec spec)
    {
        int stem = spec.Stem.Scaled ? RoundChannels(spec.Stem.Channels, spec.Scaling.Width, spec.Rounding) : spec.Stem.Channels;
        var blocks = new List<BlockArchitecture>();
        int channels = stem;
        for (int stage = 0; stage < spec.Stages.Count; stage++)
        {
            StageSpec row = spec.Stages[stage];
            if (row.Block == BlockKind.FusedMBConv)
            {
                throw new SpecException("fused MBConv blocks are read but not compiled yet", $"stages[{stage}].block");
            }

            _ = Checked((long)channels * row.Expansion, $"the expansion of stage {stage + 1}", $"stages[{stage}].expansion");
            int output = RoundChannels(row.Channels, spec.Scaling.Width, spec.Rounding);
            int repeats = row.DepthScaled ? RoundRepeats(row.Repeats, spec.Scaling.Depth) : row.Repeats;
            for (int i = 0; i < repeats; i++)
            {
                blocks.Add(new BlockArchitecture
                {
                    Index = blocks.Count,
                    Stage = stage + 1,
                    IndexInStage = i,
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
            HeadRule.TimesLastStage => Checked((long)spec.Head.Channels * channels, "the head", "head.channels"),
            HeadRule.Scaled => RoundChannels(spec.Head.Channels, spec.Scaling.Width, spec.Rounding),
            HeadRule.Fixed => spec.Head.Channels,
            _ => null,
        };
        if (blocks.Count > MostBlocks) throw new SpecException($"{blocks.Count} blocks: code for more than {MostBlocks} would be too large to compile", "depth");
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

    private static int Checked(long channels, string what, string key) => channels <= MostChannels
        ? (int)channels
        : throw new SpecException($"{what} would have {channels} channels: {MostChannels} is the most", key);

    /// <summary>⌈depth·repeats⌉ in double: depth 1.1 makes 12 of 10, because 1.1·10 is a little above 11.</summary>
    internal static int RoundRepeats(int repeats, double depth) => (int)Math.Ceiling(depth * repeats);
}
