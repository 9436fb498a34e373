using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes SiLU(x) = x / (1 + e^−x), one form for each instruction set and two for AVX-512, of IEEE operations only.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>AVX-512: max(x, 0) − a·g(a), a = min(|x|, 17). g(a) = 1 / (1 + e^a) by 32 intervals of degree 4, whose number is the low five bits
/// of a sum with a number just below 2²⁴; no reduction, no division. Absolute error below 7.1e-7 for x &lt; 0, 2.3 ULP for x ≥ 0.</item>
/// <item>AVX-512 where the processor divides fast: e^−x by 32 intervals, whose number is the low five bits of a sum, a square and a constant each, then one division. Within AVX2's bounds.</item>
/// <item>AVX2: e^−x by 8 intervals (a cubic without its quadratic term), then one division. 3.3 ULP for x ≥ 0, absolute error below 1e-7 for x &lt; 0.</item>
/// <item>Portable: e^−x by a polynomial of degree 5, then one division. 3 ULP for x ≥ 0, absolute error below 1e-7 for x &lt; 0.</item>
/// </list>
/// </remarks>
internal static class SiluText
{
    public static void Constants(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        if (UsesTable(context))
        {
            writer.Line("// SiLU(x) = max(x, 0) − a·g(a), a = min(|x|, 17), g(a) = 1 / (1 + e^a) by 32 quartics");
            for (int degree = 0; degree <= 4; degree++)
            {
                writer.Line($"var low{degree} = V.Load(Table(SiluTable) + {degree * 32}); var high{degree} = V.Load(Table(SiluTable) + {degree * 32 + 16});");
            }

            writer.Line($"var zero = {context.VectorOfFloat}.Zero; var limit = V.Create({SiluTable.Bits(SiluTable.Limit)}).AsSingle();");
            writer.Line($"var slope = V.Create({SiluTable.Bits(SiluTable.Slope)}).AsSingle(); var shift = V.Create({SiluTable.Bits(SiluTable.Shift)}).AsSingle();");
            return;
        }

        if (context.Isa != VectorIsa.Portable)
        {
            foreach (string line in SiluExponential.Of(context.Isa).Constants) writer.Line(line);
            return;
        }

        writer.Line("// SiLU(x) = x / (1 + e^−x)");
        ExpText.Constants(context);
    }

    public static void Apply(KernelContext context, string v)
    {
        SourceWriter writer = context.Writer;
        if (UsesTable(context))
        {
            WriteTail(writer, v);
            writer.Line($"{v} = Avx512F.FusedMultiplyAddNegated(a, g, V.MaxNative(zero, {v}));");
            return;
        }

        writer.Line($"{v} = {v} / {WriteDenominator(context, v)};");
    }

    /// <summary>
    /// Replaces vector variables, a letter and a number each, by their SiLU in the division's form, step by step: while one waits for its result the others go on.
    /// </summary>
    public static void ApplyByDivision(KernelContext context, params string[] vectors)
    {
        string[][] steps = vectors.Select(v => SiluExponential.Of(context.Isa).Steps(v, v.Substring(1))).ToArray();
        for (int i = 0; i < steps[0].Length; i++) context.Writer.Line(string.Join(" ", steps.Select(step => step[i])));
        context.Writer.Line(string.Join(" ", vectors.Select(v => $"{v} = {v} / {Denominator(v.Substring(1))};")));
    }

    /// <summary>SiLU and its derivative together, from one exponential: with σ = 1 / (1 + e^−x), SiLU = x·σ and SiLU′ = σ + SiLU·(1 − σ).</summary>
    /// <remarks>AVX-512: with g = σ(−|x|) and m = |x|·g, SiLU′ = g − m + m·g left of zero, and 1 minus that right of it. Absolute error below 2e-6.</remarks>
    public static void ApplyWithDerivative(KernelContext context, string v, string derivative)
    {
        SourceWriter writer = context.Writer;
        if (UsesTable(context))
        {
            WriteTail(writer, v);
            writer.Line("var m = a * g;");
            writer.Line("var h = V.FusedMultiplyAdd(m, g, g - m);");
            writer.Line($"var {derivative} = V.ConditionalSelect(V.LessThan({v}, zero), h, one - h);");
            writer.Line($"{v} = V.MaxNative(zero, {v}) - m;");
            return;
        }

        writer.Line($"var sigma = one / {WriteDenominator(context, v)};");
        writer.Line($"{v} = {v} * sigma;");
        writer.Line($"var {derivative} = {context.Isa.MultiplyAdd(v, "one - sigma", "sigma")};");
    }

    /// <summary>Whether SiLU is made of the polynomials here: on AVX-512, where a division is not asked for.</summary>
    public static bool UsesTable(KernelContext context) => context.Isa == VectorIsa.Avx512 && context.Form != SiluForm.ByDivision;

    /// <summary>Declares a = min(|x|, 17) and g = 1 / (1 + e^a).</summary>
    private static void WriteTail(SourceWriter writer, string v)
    {
        writer.Line($"var a = Avx512DQ.Range({v}, limit, 0x0A); // the smaller magnitude, without sign");
        writer.Line("var interval = V.FusedMultiplyAdd(a, slope, shift).AsInt32();");
        writer.Line("var g = Avx512F.PermuteVar16x32x2(low4, interval, high4);");
        for (int degree = 3; degree >= 0; degree--)
        {
            writer.Line($"g = V.FusedMultiplyAdd(g, a, Avx512F.PermuteVar16x32x2(low{degree}, interval, high{degree}));");
        }
    }

    /// <summary>Writes what 1 + e^−x needs, and gives it as an expression.</summary>
    private static string WriteDenominator(KernelContext context, string v)
    {
        SourceWriter writer = context.Writer;
        if (context.Isa == VectorIsa.Portable)
        {
            ExpText.Apply(context, $"-{v}", "e");
            return "(one + e)";
        }

        foreach (string step in SiluExponential.Of(context.Isa).Steps(v, "")) writer.Line(step);
        return Denominator("");
    }

    private static string Denominator(string n) => $"V.FusedMultiplyAdd(s{n}, p{n}, one)";
}
