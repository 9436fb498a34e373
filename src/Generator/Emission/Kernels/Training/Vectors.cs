using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes what is done with a vector of every image: squeeze-excite between its matrices, dropout, means.</summary>
internal static class Vectors
{
    public static void Write(KernelContext context, VectorProductKernel k) =>
        Elementwise(context, k.Name, "float* x, float* mask, float* y", "y = x · mask", () => context.Writer.Line("V.Store(V.Load(x + at) * V.Load(mask + at), y + at);"));

    public static void Write(KernelContext context, VectorMeanKernel k)
    {
        Elementwise(context, k.Name, "float* x, float* y", "y = x / positions; y may be x",
            () => context.Writer.Line("V.Store(V.Load(x + at) * times, y + at);"),
            () => context.Writer.Line("var times = V.Create((float)(1.0 / positions));"), ", nint positions");
    }

    public static void Write(KernelContext context, VectorActivationKernel k) =>
        Elementwise(context, k.Name, "float* u, float* y", $"y = {k.Activation}(u)", () =>
        {
            context.Writer.Line("var v = V.Load(u + at);");
            ActivationText.Apply(context, k.Activation, "v");
            context.Writer.Line("V.Store(v, y + at);");
        }, () => ActivationText.Constants(context, k.Activation));

    public static void Write(KernelContext context, VectorActivationBackwardKernel k)
    {
        bool slopes = k.Activation != ActivationKind.None;
        Elementwise(context, k.Name, "float* dy, float* u, float* du", $"du = dy · {k.Activation}′(u); du may be dy", () =>
        {
            if (slopes)
            {
                context.Writer.Line("var v = V.Load(u + at);");
                ActivationText.ApplyWithDerivative(context, k.Activation, "v", "derivative");
            }

            context.Writer.Line($"V.Store(V.Load(dy + at){(slopes ? " * derivative" : "")}, du + at);");
        }, () =>
        {
            if (slopes) ActivationText.ConstantsWithDerivative(context, k.Activation);
        });
    }

    public static void Write(KernelContext context, VectorSigmoidKernel k) =>
        Elementwise(context, k.Name, "float* v, float* s", "s = 1 / (1 + e^−v)", () => context.Writer.Line("V.Store(Sigmoid(V.Load(v + at)), s + at);"));

    public static void Write(KernelContext context, SigmoidBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        using (context.Method(k.Name, "float* sums, float* s, float* dv, nint blocks, nint first, nint last",
            "dv = ds · s · (1 − s).\n" +
            "  sums  [images][blocks][5][16], the first of a block's five is ds     s, dv  [images][blocks][16]\n" +
            "  work  images first … last − 1"))
        {
            writer.Line("var one = V.Create(1f);");
            using (writer.Block($"for (nint block = first * blocks; block < last * blocks; block++)"))
            using (Loops.BlockVectors(context))
            {
                writer.Line($"var gate = V.Load(s + block * {lanes}{Loops.Lane(context)});");
                writer.Line($"V.Store(V.Load(sums + block * {5 * lanes}{Loops.Lane(context)}) * gate * (one - gate), dv + block * {lanes}{Loops.Lane(context)});");
            }
        }
    }

    public static void Write(KernelContext context, VectorClearKernel k)
    {
        using (context.Method(k.Name, "float* y, nint first, nint last",
            "y = 0.\n" +
            "  y     [blocks][16]\n" +
            "  work  blocks first … last − 1"))
        using (Blocks(context))
        {
            context.Writer.Line($"V.Store({context.VectorOfFloat}.Zero, y + at);");
        }
    }

    public static void Write(KernelContext context, VectorSumKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, "float* x, float* y, nint images, nint imageStride, nint first, nint last",
            "y += Σ x over images.\n" +
            "  x     [images] vectors of [blocks][16], imageStride floats apart     y  [blocks][16]\n" +
            "  sum   after y, image by image\n" +
            "  work  blocks first … last − 1"))
        using (Blocks(context))
        {
            writer.Line("var sum = V.Load(y + at);");
            writer.Line("for (nint n = 0; n < images; n++) sum += V.Load(x + n * imageStride + at);");
            writer.Line("V.Store(sum, y + at);");
        }
    }

    /// <summary>The loop over the blocks first … last − 1 as float offset <c>at</c>.</summary>
    private static IDisposable Blocks(KernelContext context) =>
        context.Writer.Block($"for (nint at = first * {context.Lanes}; at < last * {context.Lanes}; at += {context.Isa.Floats})");

    private static void Elementwise(KernelContext context, string name, string parameters, string formula, Action body, Action? constants = null, string numbers = "")
    {
        SourceWriter writer = context.Writer;
        using (context.Method(name, $"{parameters}, nint blocks{numbers}, nint first, nint last",
            $"{formula}: [images][blocks][16].\n" +
            "  work  images first … last − 1"))
        {
            constants?.Invoke();
            using (writer.Block($"for (nint at = first * blocks * {context.Lanes}; at < last * blocks * {context.Lanes}; at += {context.Isa.Floats})")) body();
        }
    }
}
