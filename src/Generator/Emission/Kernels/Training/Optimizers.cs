using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes optimizers: one pass over parameters, gradients and the optimizer's memory, line by line of 16. It leaves gradients of zero behind.</summary>
/// <remarks>
/// In all of them g is the gradient times options[0] (1 / accumulated batches, clipping), and decay is options[2] times the line's factor.
/// Differences to 1 (1 − α, 1 − β) are options of their own: taken in float32 they would be off by up to 3e-5 of themselves.
/// </remarks>
internal static class Optimizers
{
    public static void WriteSgd(KernelContext context, SgdKernel k)
    {
        SourceWriter writer = context.Writer;
        using (OpenMethod(context, k.Name, "float* momentum",
            "SGD: g += λ · w; m = μ · m + g; w −= η · m, or with Nesterov w −= η · (g + μ · m).",
            "factor of g, η, λ, μ, 1 for Nesterov and else 0"))
        {
            Options(writer, (0, "factor"), (1, "rate"), (2, "decayed"), (3, "kept"));
            writer.Line("var own = V.Create(options[4] != 0 ? 1f : 0f); // the step is own · g + through · m");
            writer.Line("var through = V.Create(options[4] != 0 ? options[3] : 1f);");
            using (OpenLines(context))
            {
                WriteDecayedGradient(context);
                writer.Line($"var m = {context.Isa.MultiplyAdd("kept", "V.Load(momentum + i)", "g")};");
                writer.Line("V.Store(m, momentum + i);");
                writer.Line($"var step = {context.Isa.MultiplyAdd("own", "g", "through * m")};");
                writer.Line($"V.Store({context.Isa.MultiplyAdd("-rate", "step", "v")}, w + i);");
            }
        }
    }

    public static void WriteRmsProp(KernelContext context, RmsPropKernel k)
    {
        SourceWriter writer = context.Writer;
        using (OpenMethod(context, k.Name, "float* momentum, float* squares", k.TensorFlow
                ? "RMSProp, TensorFlow's form: g += λ · w; s = α · s + (1 − α) · g²; m = μ · m + η · g / √(s + ε); w −= m. s begins with 1."
                : "RMSProp, PyTorch's form: g += λ · w; s = α · s + (1 − α) · g²; m = μ · m + g / (√s + ε); w −= η · m. s begins with 0.",
            "factor of g, η, λ, μ, α, 1 − α, ε"))
        {
            Options(writer, (0, "factor"), (1, "rate"), (2, "decayed"), (3, "kept"), (4, "alpha"), (5, "beside"), (6, "epsilon"));
            using (OpenLines(context))
            {
                WriteDecayedGradient(context);
                writer.Line($"var s = {context.Isa.MultiplyAdd("alpha", "V.Load(squares + i)", "beside * (g * g)")};");
                writer.Line("V.Store(s, squares + i);");
                writer.Line(k.TensorFlow ? "var step = rate * g / V.Sqrt(s + epsilon);" : "var step = g / (V.Sqrt(s) + epsilon);");
                writer.Line($"var m = {context.Isa.MultiplyAdd("kept", "V.Load(momentum + i)", "step")};");
                writer.Line("V.Store(m, momentum + i);");
                writer.Line($"V.Store({(k.TensorFlow ? "v - m" : context.Isa.MultiplyAdd("-rate", "m", "v"))}, w + i);");
            }
        }
    }

    public static void WriteAdamW(KernelContext context, AdamWKernel k)
    {
        SourceWriter writer = context.Writer;
        using (OpenMethod(context, k.Name, "float* mean, float* squares",
            "AdamW: m = β₁ · m + (1 − β₁) · g; s = β₂ · s + (1 − β₂) · g²; w −= η · λ · w + η / (1 − β₁ᵗ) · m / (√s / √(1 − β₂ᵗ) + ε), t the step from 1.",
            "factor of g, η, λ, β₁, 1 − β₁, β₂, 1 − β₂, ε, η / (1 − β₁ᵗ), 1 / √(1 − β₂ᵗ)"))
        {
            Options(writer, (0, "factor"), (3, "beta1"), (4, "beside1"), (5, "beta2"), (6, "beside2"), (7, "epsilon"), (8, "rate"), (9, "corrected"));
            writer.Line("var decayed = V.Create(options[1] * options[2]);");
            using (OpenLines(context))
            {
                writer.Line("var v = V.Load(w + i);");
                writer.Line("var g = V.Load(gradients + i) * factor;");
                WriteCleared(context);
                writer.Line($"var m = {context.Isa.MultiplyAdd("beta1", "V.Load(mean + i)", "beside1 * g")};");
                writer.Line("V.Store(m, mean + i);");
                writer.Line($"var s = {context.Isa.MultiplyAdd("beta2", "V.Load(squares + i)", "beside2 * (g * g)")};");
                writer.Line("V.Store(s, squares + i);");
                writer.Line($"var step = rate * m / ({context.Isa.MultiplyAdd("V.Sqrt(s)", "corrected", "epsilon")});");
                writer.Line($"V.Store({context.Isa.MultiplyAdd("-(decayed * V.Create(decay[line]))", "v", "v")} - step, w + i);");
            }
        }
    }

    public static void WriteAverage(KernelContext context, ExponentialAverageKernel k)
    {
        using (context.Method(k.Name, "float* w, float* average, float* options, nint first, nint last",
            "Exponential moving average: a += (1 − d) · (w − a).\n" +
            "  w, average  [lines][16]     options  1 − d\n" +
            "  work        lines first … last − 1"))
        {
            context.Writer.Line("var share = V.Create(options[0]);");
            using (context.Writer.Block($"for (nint i = first * {context.Lanes}; i < last * {context.Lanes}; i += {context.Isa.Floats})"))
            {
                context.Writer.Line("var a = V.Load(average + i);");
                context.Writer.Line($"V.Store({context.Isa.MultiplyAdd("share", "V.Load(w + i) - a", "a")}, average + i);");
            }
        }
    }

    public static void WriteNorm(KernelContext context, GradientNormKernel k)
    {
        SourceWriter writer = context.Writer;
        int chunk = GradientNormKernel.ChunkLines * context.Lanes;
        using (context.Method(k.Name, "float* gradients, float* partials, nint lines, nint first, nint last",
            $"Sums of squares of gradients by chunks of {GradientNormKernel.ChunkLines} lines: the same bits whoever makes them. Squares and sums are in double.\n" +
            "  gradients  [lines][16]     partials  [chunks] doubles\n" +
            "  work       chunks first … last − 1; the last chunk ends with the lines"))
        using (writer.Block("for (nint chunk = first; chunk < last; chunk++)"))
        {
            writer.Line($"var low = {context.VectorOfDouble}.Zero; var high = low;");
            writer.Line($"nint end = Math.Min(lines * {context.Lanes}, (chunk + 1) * {chunk});");
            using (writer.Block($"for (nint i = chunk * {chunk}; i < end; i += {context.Isa.Floats})"))
            {
                writer.Line("var g = V.Load(gradients + i);");
                writer.Line("var l = V.WidenLower(g);");
                writer.Line("var h = V.WidenUpper(g);");
                writer.Line("low += l * l; // exact: 24 bits squared are 48");
                writer.Line("high += h * h;");
            }

            writer.Line("((double*)partials)[chunk] = V.Sum(low + high);");
        }
    }

    private static IDisposable OpenMethod(KernelContext context, string name, string memory, string formula, string options) =>
        context.Method(name, $"float* w, float* gradients, {memory}, float* options, float* decay, nint first, nint last",
            $"{formula}\n" +
            $"  w, gradients, {memory.Replace("float* ", "")}  [lines][16], gradients become zero     decay  [lines] factors of λ\n" +
            $"  options  {options}\n" +
            "  work     lines first … last − 1");

    private static void Options(SourceWriter writer, params (int At, string Name)[] options)
    {
        foreach ((int at, string name) in options) writer.Line($"var {name} = V.Create(options[{at}]);");
    }

    /// <summary>Over a share of the lines, as <c>line</c>, and their vectors, as float offset <c>i</c>.</summary>
    private static IDisposable OpenLines(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        IDisposable block = writer.Block($"for (nint i = first * {context.Lanes}; i < last * {context.Lanes}; i += {context.Isa.Floats})");
        writer.Line($"nint line = i / {context.Lanes};");
        return block;
    }

    private static void WriteDecayedGradient(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        writer.Line("var v = V.Load(w + i);");
        writer.Line($"var g = {context.Isa.MultiplyAdd("decayed * V.Create(decay[line])", "v", "V.Load(gradients + i) * factor")};");
        WriteCleared(context);
    }

    /// <summary>Gradients have been used, and their line is in the nearest cache: the next batch adds to zero.</summary>
    private static void WriteCleared(KernelContext context) => context.Writer.Line($"V.Store({context.VectorOfFloat}.Zero, gradients + i);");
}
