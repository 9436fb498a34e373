using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes e^x, the same on every instruction set: gates, softmax, and SiLU where nothing faster is at hand.</summary>
/// <remarks>
/// 1. x is clamped to [−87, 88]; NaN becomes the limit, and whoever needs NaN back multiplies by x.
/// 2. n = round(x·log2 e) by adding and subtracting 1.5·2²³; f = x·log2 e − n in [−½, ½].
/// 3. 2^f by a polynomial of degree 5; 4. n is added to the exponent.
/// Relative error below 6e-7 for |x| ≤ 8, 2.1e-6 for |x| ≤ 44, 4e-6 everywhere: log2 e is one float, and its error grows with |x|.
/// </remarks>
internal static class ExpText
{
    private static readonly uint[] Coefficients = [0x3f800000, 0x3f317215, 0x3e75fcde, 0x3d635ba9, 0x3c1e7544, 0x3aaddd0a];

    public static void Constants(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        writer.Line("var highest = V.Create(88f);");
        writer.Line("var lowest = V.Create(-87f);");
        writer.Line("var scale = V.Create(1.44269502f); // log2 e");
        writer.Line("var shift = V.Create(12582912f); // 1.5·2²³: adding it rounds to a whole number");
        for (int degree = 0; degree < Coefficients.Length; degree++)
        {
            writer.Line($"var p{degree} = V.Create(0x{Coefficients[degree]:x8}u).AsSingle();");
        }

        writer.Line("var one = V.Create(1f);");
    }

    /// <summary>Declares <paramref name="result"/> as e to the power of an expression.</summary>
    public static void Apply(KernelContext context, string x, string result)
    {
        SourceWriter writer = context.Writer;
        writer.Line($"var z = V.MaxNative(V.MinNative({x}, highest), lowest) * scale;");
        writer.Line("var n = z + shift;");
        writer.Line("var f = z - (n - shift);");
        writer.Line($"var {result} = p{Coefficients.Length - 1};");
        for (int degree = Coefficients.Length - 2; degree >= 0; degree--)
        {
            writer.Line($"{result} = {context.Isa.MultiplyAdd(result, "f", $"p{degree}")};");
        }

        writer.Line($"{result} = ({result}.AsInt32() + (n.AsInt32() << 23)).AsSingle();");
    }
}
