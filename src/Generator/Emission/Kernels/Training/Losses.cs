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
        int padded = Padded(k.Classes);
        using (context.Method(k.Name, Parameters,
            $"Softmax and cross-entropy, {k.Classes} classes, the target being (1 − ε) for the label and ε / {k.Classes} for every class:\n" +
            "loss = log Σ e^x − Σ target · x, gradient = (softmax − target) · factor. The largest logit is subtracted before the exponential.\n" +
            $"  logits, gradient  [images][{padded}], the gradient's padding zero     targets  [images] labels\n" +
            "  options  ε, factor     loss  [images]\n" +
            "  work     images first … last − 1"))
        using (OpenImages(context, padded))
        {
            writer.Line("nint label = (nint)targets[n];");
            writer.Line($"double smoothing = options[0], even = smoothing / {k.Classes}, factor = options[1];");
            writer.Line("double largest = x[0];");
            if (k.Classes > 1) writer.Line($"for (nint c = 1; c < {k.Classes}; c++) largest = Math.Max(largest, x[c]);");
            writer.Line("double sum = 0, below = 0; // below: Σ (x − largest)");
            using (writer.Block($"for (nint c = 0; c < {k.Classes}; c++)"))
            {
                writer.Line("sum += Math.Exp(x[c] - largest);");
                writer.Line("below += x[c] - largest;");
            }

            writer.Line("loss[n] = (float)(Math.Log(sum) - (1 - smoothing) * (x[label] - largest) - even * below);");
            writer.Line($"for (nint c = 0; c < {k.Classes}; c++) dx[c] = (float)((Math.Exp(x[c] - largest) / sum - (c == label ? 1 - smoothing : 0) - even) * factor);");
            ClearPadding(context, k.Classes);
        }
    }

    public static void WriteBinary(KernelContext context, BinaryCrossEntropyKernel k)
    {
        SourceWriter writer = context.Writer;
        int padded = Padded(k.Classes);
        using (context.Method(k.Name, Parameters,
            $"Sigmoid and binary cross-entropy, {k.Classes} classes: loss = the mean over classes of log(1 + e^x) − target · x,\n" +
            $"gradient = (σ(x) − target) / {k.Classes} · factor.\n" +
            $"  logits, gradient  [images][{padded}], the gradient's padding zero     targets  [images][{k.Classes}], 0 to 1\n" +
            "  options  unused, factor     loss  [images]\n" +
            "  work     images first … last − 1"))
        using (OpenImages(context, padded))
        {
            writer.Line($"float* target = targets + n * {k.Classes};");
            writer.Line($"double factor = options[1] / {k.Classes}.0;");
            writer.Line("double sum = 0;");
            using (writer.Block($"for (nint c = 0; c < {k.Classes}; c++)"))
            {
                writer.Line("double e = Math.Exp(-Math.Abs((double)x[c]));");
                writer.Line("sum += Math.Max((double)x[c], 0) + Math.Log(1 + e) - (double)target[c] * x[c];");
                writer.Line("dx[c] = (float)(((x[c] < 0 ? e : 1) / (1 + e) - target[c]) * factor);");
            }

            writer.Line($"loss[n] = (float)(sum / {k.Classes});");
            ClearPadding(context, k.Classes);
        }
    }

    private static IDisposable OpenImages(KernelContext context, int padded)
    {
        IDisposable block = context.Writer.Block("for (nint n = first; n < last; n++)");
        context.Writer.Line($"float* x = logits + n * {padded};");
        context.Writer.Line($"float* dx = gradient + n * {padded};");
        return block;
    }

    private static void ClearPadding(KernelContext context, int classes)
    {
        int padding = Padded(classes) - classes;
        if (padding > 0) context.Writer.Line($"new Span<float>(dx + {classes}, {padding}).Clear();");
    }

    private static int Padded(int classes) => MapLayout.Blocks(classes) * MapLayout.Lanes;
}
