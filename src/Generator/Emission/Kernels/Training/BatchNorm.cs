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
            ChannelLoop.Sum(context, [("sum", ChannelLoop.Place(context, "stats", 3, 1)), ("squares", ChannelLoop.Place(context, "stats", 3, 2))], () =>
            {
                writer.Line("var v = V.Load(xt + position) - pivot;");
                writer.Line("sum += v;");
                writer.Line($"squares = {context.Isa.MultiplyAdd("v", "v", "squares")};");
            });
        }
    }

    public static void WriteForward(KernelContext context, BatchNormForwardKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, "float* stats, float* gamma, float* beta, float* running, float* affine, nint images, nint blocks, nint positions, nint first, nint last",
            "Batch statistics: they normalise with the biased variance, the running one takes the unbiased.\n" +
            "  stats    [images][blocks][pivot, Σ (x − pivot), Σ (x − pivot)²][16]     running  [blocks][mean, variance][16]\n" +
            "  affine   [blocks][scale, shift, mean, 1/deviation][16]\n" +
            "  sum      image by image, in double (Chan, Golub, LeVeque 1979)\n" +
            "  work     blocks first … last − 1"))
        using (OpenChannels(context))
        {
            writer.Line("double mean = 0, squares = 0;");
            using (writer.Block("for (nint n = 0; n < images; n++)"))
            {
                writer.Line($"float* of = stats + n * blocks * {3 * context.Lanes} + block * {3 * context.Lanes} + lane;");
                writer.Line($"double own = of[0] + of[{context.Lanes}] / (double)positions;");
                writer.Line($"double ownSquares = of[{2 * context.Lanes}] - (double)of[{context.Lanes}] * of[{context.Lanes}] / positions;");
                writer.Line("double distance = own - mean;");
                writer.Line("mean += distance / (n + 1);");
                writer.Line("squares += ownSquares + distance * distance * positions * n / (n + 1);");
            }

            writer.Line("double count = (double)images * positions;");
            writer.Line("double variance = Math.Max(0, squares / count);");
            writer.Line($"float* moved = running + block * {2 * context.Lanes} + lane;");
            string momentum = Header.Literal(k.Momentum);
            writer.Line($"moved[0] = (float)(moved[0] + {momentum} * (mean - moved[0]));");
            writer.Line("// A single value has no unbiased variance: the biased one, which is zero, takes its place.");
            writer.Line($"moved[{context.Lanes}] = (float)(moved[{context.Lanes}] + {momentum} * (variance * count / Math.Max(1, count - 1) - moved[{context.Lanes}]));");
            WriteAffine(context, k.Epsilon);
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
            writer.Line($"float* kept = running + block * {2 * context.Lanes} + lane;");
            writer.Line($"double mean = kept[0], variance = kept[{context.Lanes}];");
            WriteAffine(context, k.Epsilon);
        }
    }

    public static void WriteBackward(KernelContext context, BatchNormBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int sums = k.Form == BackwardForm.Gated ? 5 : 2;
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
        using (OpenChannels(context))
        {
            writer.Line("double sum = 0, products = 0;");
            using (writer.Block("for (nint n = 0; n < images; n++)"))
            {
                writer.Line($"float* of = sums + n * blocks * {sums * context.Lanes} + block * {sums * context.Lanes} + lane;");
                WriteTerms(context, k);
            }

            writer.Line($"float* kept = affine + block * {4 * context.Lanes} + lane;");
            writer.Line($"double inverse = kept[{3 * context.Lanes}];");
            writer.Line("dbeta[channel] += (float)sum;");
            writer.Line("dgamma[channel] += (float)(products * inverse);");
            writer.Line("double count = (double)images * positions;");
            writer.Line("double a = gamma[channel] * inverse;");
            writer.Line($"float* made = slope + block * {3 * context.Lanes} + lane;");
            writer.Line("made[0] = (float)a;");
            writer.Line($"made[{context.Lanes}] = (float)(-a * sum / count);");
            writer.Line($"made[{2 * context.Lanes}] = (float)(-a * inverse * inverse * products / count);");
        }
    }

    /// <summary>What one image adds, as far as its factors of every channel are outside the sums over positions.</summary>
    private static void WriteTerms(KernelContext context, BatchNormBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        switch (k.Form)
        {
            case BackwardForm.Gated:
                writer.Line($"double s = gate[n * blocks * {lanes} + channel], q = pooled[n * blocks * {lanes} + channel];");
                writer.Line($"sum += s * of[{lanes}] + q * of[{3 * lanes}];");
                writer.Line($"products += s * of[{2 * lanes}] + q * of[{4 * lanes}];");
                break;
            case BackwardForm.Broadcast:
                writer.Line($"double q = pooled[n * blocks * {lanes} + channel];");
                writer.Line("sum += q * of[0];");
                writer.Line($"products += q * of[{lanes}];");
                break;
            default:
                string factor = k.Mask ? $"mask[n * {lanes}] * " : "";
                writer.Line($"sum += {factor}(double)of[0];");
                writer.Line($"products += {factor}(double)of[{lanes}];");
                break;
        }
    }

    /// <summary>Over the channels of a share's blocks, one by one: in double, and few.</summary>
    private static IDisposable OpenChannels(KernelContext context)
    {
        IDisposable channels = context.Writer.Block($"for (nint channel = first * {context.Lanes}; channel < last * {context.Lanes}; channel++)");
        context.Writer.Line($"nint block = channel / {context.Lanes};");
        context.Writer.Line($"nint lane = channel % {context.Lanes};");
        return channels;
    }

    private static void WriteAffine(KernelContext context, double epsilon)
    {
        SourceWriter writer = context.Writer;
        writer.Line($"double inverse = 1 / Math.Sqrt(variance + {Header.Literal(epsilon)});");
        writer.Line("double scale = gamma[channel] * inverse;");
        writer.Line($"float* made = affine + block * {4 * context.Lanes} + lane;");
        writer.Line("made[0] = (float)scale;");
        writer.Line($"made[{context.Lanes}] = (float)(beta[channel] - mean * scale);");
        writer.Line($"made[{2 * context.Lanes}] = (float)mean;");
        writer.Line($"made[{3 * context.Lanes}] = (float)inverse;");
    }
}
