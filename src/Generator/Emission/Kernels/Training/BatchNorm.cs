using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes BatchNorm in training: sums over one image's positions, then statistics, scale and shift from those of all images.</summary>
internal static class BatchNorm
{
    public static void WriteStatistics(KernelContext context, StatisticsKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, "float* x, float* stats, nint positions, nint first, nint last",
            "Sums for mean and variance.\n" +
            "A channel's first value is taken off before anything is summed, so that a mean far above the deviation costs no digits.\n" +
            "  x      [blocks][positions][16]     stats  [blocks][pivot, Σ (x − pivot), Σ (x − pivot)²][16]\n" +
            "  sum    in runs of 64 positions\n" +
            "  work   blocks first … last − 1"))
        using (ChannelLoop.Open(context))
        {
            writer.Line($"float* xt = x + block * plane{Loops.Lane(context)};");
            writer.Line("var pivot = V.Load(xt);");
            writer.Line($"V.Store(pivot, {ChannelLoop.Place(context, "stats", 3, 0)});");
            (string, string)[] sums = [("sum", ChannelLoop.Place(context, "stats", 3, 1)), ("squares", ChannelLoop.Place(context, "stats", 3, 2))];
            ChannelLoop.Sum(context, ActivationKind.None, sums, (own, at) =>
            {
                writer.Line($"var v{own} = V.Load(xt + {at}) - pivot;");
                writer.Line($"sum{own} += v{own};");
                writer.Line($"squares{own} = {context.Isa.MultiplyAdd($"v{own}", $"v{own}", $"squares{own}")};");
            });
        }
    }

    public static void WriteForward(KernelContext context, BatchNormForwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        using (context.Method(k.Name, "float* stats, float* gamma, float* beta, float* running, float* affine, nint images, nint blocks, nint positions, nint first, nint last",
            "Batch statistics: they normalise with the biased variance, the running one takes the unbiased.\n" +
            "  stats    [images][blocks][pivot, Σ (x − pivot), Σ (x − pivot)²][16]     running  [blocks][mean, variance][16]\n" +
            "  affine   [blocks][scale, shift, mean, 1/deviation][16]\n" +
            "  sum      image by image, in double: squares within an image, and those of its mean's distance from that of all\n" +
            "  work     blocks first … last − 1"))
        {
            writer.Line("double each = 1.0 / positions, count = (double)images * positions;");
            using (OpenChannels(context))
            {
                writer.Line($"float* of = stats + block * {3 * lanes}{Loops.Lane(context)};");
                writer.Line($"nint next = blocks * {3 * lanes};");
                Declare(context, "mean", "squares");
                using (writer.Block("for (nint n = 0; n < images; n++)"))
                {
                    Wide(context, ("pivot", "of + n * next"), ("sum", $"of + n * next + {lanes}"));
                    Both(writer, "mean± += pivot± + sum± * each;");
                }

                Both(writer, "mean± /= images;");
                using (writer.Block("for (nint n = 0; n < images; n++)"))
                {
                    Wide(context, ("pivot", "of + n * next"), ("sum", $"of + n * next + {lanes}"), ("own", $"of + n * next + {2 * lanes}"));
                    Both(writer, "var distance± = pivot± + sum± * each - mean±;");
                    Both(writer, "squares± += own± - sum± * sum± * each + distance± * distance± * positions;");
                }

                Both(writer, $"var variance± = V.Max({context.VectorOfDouble}.Zero, squares± / count);");
                writer.Line($"float* moved = running + block * {2 * lanes}{Loops.Lane(context)};");
                string momentum = Header.Literal(k.Momentum);
                Wide(context, ("runningMean", "moved"), ("runningVariance", $"moved + {lanes}"));
                Both(writer, $"runningMean± += {momentum} * (mean± - runningMean±);");
                writer.Line("// A single value has no unbiased variance: the biased one, which is zero, takes its place.");
                Both(writer, $"runningVariance± += {momentum} * (variance± * (count / Math.Max(1, count - 1)) - runningVariance±);");
                Store(writer, ("runningMean", "moved"), ("runningVariance", $"moved + {lanes}"));
                WriteAffine(context, k.Epsilon);
            }
        }
    }

    public static void WriteFrozen(KernelContext context, FrozenBatchNormKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, "float* gamma, float* beta, float* running, float* affine, nint first, nint last",
            "Frozen BatchNorm: the running statistics normalise.\n" +
            "  running  [blocks][mean, variance][16]     affine   [blocks][scale, shift, mean, 1/deviation][16]\n" +
            "  work     blocks first … last − 1"))
        using (OpenChannels(context))
        {
            writer.Line($"float* kept = running + block * {2 * context.Lanes}{Loops.Lane(context)};");
            Wide(context, ("mean", "kept"), ("variance", $"kept + {context.Lanes}"));
            WriteAffine(context, k.Epsilon);
        }
    }

    public static void WriteBackward(KernelContext context, BatchNormBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int sums = k.Form == BackwardForm.Gated ? 5 : 2;
        int lanes = context.Lanes;
        string factors = k.Form switch
        {
            BackwardForm.Gated => "float* gate, float* pooled, ",
            BackwardForm.Broadcast => "float* pooled, ",
            _ => k.Mask ? "float* mask, " : "",
        };
        using (context.Method(k.Name, $"float* sums, float* affine, float* gamma, {factors}float* slope, float* dgamma, float* dbeta, nint images, nint blocks, nint positions, nint first, nint last",
            "Gradients of BatchNorm: dβ += Σ d, dγ += Σ d · (x − mean) / deviation,\n" +
            "and the slope by which the raw map's gradient is A · d + B + C · (x − mean): A = γ / deviation, B = −A · E d, C = −A · E(d · (x − mean)) / variance.\n" +
            $"  sums     [images][blocks][{sums}][16]     affine   [blocks][scale, shift, mean, 1/deviation][16]     slope    [blocks][A, B, C][16]\n" +
            (k.Form == BackwardForm.Map ? k.Mask ? "  mask     [images][16], the first of each\n" : "" : $"  pooled   [images][blocks][16]{(k.Form == BackwardForm.Gated ? ", gate like it" : "")}\n") +
            "  sum      image by image, in double\n" +
            "  work     blocks first … last − 1"))
        {
            writer.Line("double share = -1.0 / ((double)images * positions);");
            using (OpenChannels(context))
            {
                writer.Line($"nint channel = block * {lanes}{Loops.Lane(context)};");
                Declare(context, "sum", "products");
                using (writer.Block("for (nint n = 0; n < images; n++)"))
                {
                    writer.Line($"float* of = sums + n * blocks * {sums * lanes} + block * {sums * lanes}{Loops.Lane(context)};");
                    WriteTerms(context, k);
                }

                Wide(context, ("inverse", $"affine + block * {4 * lanes} + {3 * lanes}{Loops.Lane(context)}"), ("factor", "gamma + channel"), ("beta", "dbeta + channel"), ("gain", "dgamma + channel"));
                Both(writer, "beta± += sum±;");
                Both(writer, "gain± += products± * inverse±;");
                Store(writer, ("beta", "dbeta + channel"), ("gain", "dgamma + channel"));
                Both(writer, "var a± = factor± * inverse±;");
                Both(writer, "var b± = a± * sum± * share;");
                Both(writer, "var c± = a± * inverse± * inverse± * products± * share;");
                writer.Line($"float* made = slope + block * {3 * lanes}{Loops.Lane(context)};");
                Store(writer, ("a", "made"), ("b", $"made + {lanes}"), ("c", $"made + {2 * lanes}"));
            }
        }
    }

    /// <summary>What one image adds, as far as its factors of every channel are outside the sums over positions.</summary>
    private static void WriteTerms(KernelContext context, BatchNormBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        string own = $"n * blocks * {lanes} + channel";
        switch (k.Form)
        {
            case BackwardForm.Gated:
                Wide(context, ("s", $"gate + {own}"), ("q", $"pooled + {own}"), ("d", $"of + {lanes}"), ("dx", $"of + {2 * lanes}"), ("f", $"of + {3 * lanes}"), ("fx", $"of + {4 * lanes}"));
                Both(writer, "sum± += s± * d± + q± * f±;");
                Both(writer, "products± += s± * dx± + q± * fx±;");
                break;
            case BackwardForm.Broadcast:
                Wide(context, ("q", $"pooled + {own}"), ("f", "of"), ("fx", $"of + {lanes}"));
                Both(writer, "sum± += q± * f±;");
                Both(writer, "products± += q± * fx±;");
                break;
            default:
                string factor = k.Mask ? $" * (double)mask[n * {lanes}]" : "";
                Wide(context, ("d", "of"), ("dx", $"of + {lanes}"));
                Both(writer, $"sum± += d±{factor};");
                Both(writer, $"products± += dx±{factor};");
                break;
        }
    }

    /// <summary>Over the vectors of a share's blocks. Everything between loads and stores is in double: a vector of floats is two.</summary>
    private static Loops.Nested OpenChannels(KernelContext context) =>
        new(context.Writer.Block("for (nint block = first; block < last; block++)"), Loops.BlockVectors(context));

    private static void WriteAffine(KernelContext context, double epsilon)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        string channel = $"block * {lanes}{Loops.Lane(context)}";
        Both(writer, $"var inverse± = {context.VectorOfDouble}.One / V.Sqrt(variance± + V.Create({Header.Literal(epsilon)}));");
        Wide(context, ("factor", $"gamma + {channel}"), ("offset", $"beta + {channel}"));
        Both(writer, "var scale± = factor± * inverse±;");
        Both(writer, "var shift± = offset± - mean± * scale±;");
        writer.Line($"float* made = affine + block * {4 * lanes}{Loops.Lane(context)};");
        Store(writer, ("scale", "made"), ("shift", $"made + {lanes}"), ("mean", $"made + {2 * lanes}"), ("inverse", $"made + {3 * lanes}"));
    }

    /// <summary>Writes a line for both halves of a vector of floats.</summary>
    private static void Both(SourceWriter writer, string line) => writer.Line($"{line.Replace("±", "0")} {line.Replace("±", "1")}");

    private static void Declare(KernelContext context, params string[] names)
    {
        foreach (string name in names) Both(context.Writer, $"var {name}± = {context.VectorOfDouble}.Zero;");
    }

    /// <summary>Loads vectors of floats as doubles.</summary>
    private static void Wide(KernelContext context, params (string Name, string Place)[] vectors)
    {
        foreach ((string name, string place) in vectors) context.Writer.Line($"var ({name}0, {name}1) = V.Widen(V.Load({place}));");
    }

    /// <summary>Stores doubles as vectors of floats.</summary>
    private static void Store(SourceWriter writer, params (string Name, string Place)[] vectors)
    {
        foreach ((string name, string place) in vectors) writer.Line($"V.Store(V.Narrow({name}0, {name}1), {place});");
    }
}
