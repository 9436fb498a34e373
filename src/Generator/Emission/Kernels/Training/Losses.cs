using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes losses with the gradient of the logits. They are small: all of it is in double, and rounded once.</summary>
internal static class Losses
{
    private const string Parameters = "float* logits, float* targets, float* options, float* loss, float* gradient, nint first, nint last";

    public static void WriteSoftmax(KernelContext context, SoftmaxCrossEntropyKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, Parameters,
            "Softmax and cross-entropy of targets that sum to 1, smoothed: t = (1 − ε) · target + ε / classes.\n" +
            "loss = Σ t · (log Σ e^x − x), gradient = (softmax · Σ t − t) · factor. The largest logit is subtracted before the exponential.\n" +
            Contract(k.Classes)))
        using (OpenImages(context, k.Classes))
        {
            writer.Line("double smoothing = options[0], factor = options[1], largest = x[0], all = 0;");
            using (writer.Block("for (nint c = 0; c < classes; c++)"))
            {
                writer.Line("largest = Math.Max(largest, x[c]);");
                writer.Line("all += target[c];");
            }

            writer.Line("double even = all * smoothing / classes, sum = 0, below = 0; // below: Σ t · (x − largest)");
            using (writer.Block("for (nint c = 0; c < classes; c++)"))
            {
                writer.Line("sum += Math.Exp(x[c] - largest);");
                writer.Line("below += ((1 - smoothing) * target[c] + even) * (x[c] - largest);");
            }

            writer.Line("loss[n] = (float)(all * Math.Log(sum) - below);");
            writer.Line("for (nint c = 0; c < classes; c++) dx[c] = (float)((Math.Exp(x[c] - largest) / sum * all - (1 - smoothing) * target[c] - even) * factor);");
            ClearUnused(context, k.Classes);
        }
    }

    public static void WriteBinary(KernelContext context, BinaryCrossEntropyKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, Parameters,
            "Sigmoid and binary cross-entropy: loss = the mean over classes of log(1 + e^x) − target · x, gradient = (σ(x) − target) / classes · factor.\n" +
            Contract(k.Classes)))
        using (OpenImages(context, k.Classes))
        {
            writer.Line("double factor = options[1] / (double)classes, sum = 0;");
            using (writer.Block("for (nint c = 0; c < classes; c++)"))
            {
                writer.Line("double e = Math.Exp(-Math.Abs((double)x[c]));");
                writer.Line("sum += Math.Max((double)x[c], 0) + Math.Log(1 + e) - (double)target[c] * x[c];");
                writer.Line("dx[c] = (float)(((x[c] < 0 ? e : 1) / (1 + e) - target[c]) * factor);");
            }

            writer.Line("loss[n] = (float)(sum / classes);");
            ClearUnused(context, k.Classes);
        }
    }

    private static string Contract(int classes) =>
        $"  logits, gradient  [images][{Padded(classes)}], the gradient zero behind the classes     targets  [images][{classes}], 0 to 1\n" +
        $"  options  ε (softmax only), factor, classes: the first so many of the {classes}     loss  [images]\n" +
        "  work     images first … last − 1";

    private static IDisposable OpenImages(KernelContext context, int classes)
    {
        context.Writer.Line("var classes = (nint)options[2];");
        IDisposable block = context.Writer.Block("for (nint n = first; n < last; n++)");
        context.Writer.Line($"float* x = logits + n * {Padded(classes)};");
        context.Writer.Line($"float* dx = gradient + n * {Padded(classes)};");
        context.Writer.Line($"float* target = targets + n * {classes};");
        return block;
    }

    private static void ClearUnused(KernelContext context, int classes) =>
        context.Writer.Line($"new Span<float>(dx + classes, (int)({Padded(classes)} - classes)).Clear();");

    private static int Padded(int classes) => MapLayout.Blocks(classes) * MapLayout.Lanes;
}
