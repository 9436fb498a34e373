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

            writer.Line($"var zero = {context.VectorOfFloat}.Zero; var limit = V.Create({Bits(SiluTable.Limit)}).AsSingle();");
            writer.Line($"var slope = V.Create({Bits(SiluTable.Slope)}).AsSingle(); var shift = V.Create({Bits(SiluTable.Shift)}).AsSingle();");
            return;
        }

        if (context.Isa != VectorIsa.Portable)
        {
            if (context.Isa == VectorIsa.Avx512) WriteBySquares(writer);
            else WriteByCubics(writer);
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
        string[][] steps = vectors.Select(v => Exponential(context.Isa, v, v.Substring(1))).ToArray();
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

    /// <summary>Whether SiLU is made of the polynomials here: on AVX-512, where AVX2's form is not asked for.</summary>
    public static bool UsesTable(KernelContext context) => context.Isa == VectorIsa.Avx512 && context.Form != SiluForm.ByDivision;

    private static void WriteByCubics(SourceWriter writer)
    {
        writer.Line("// SiLU(x) = x / (1 + e^−x), e^−x = 2^(u/8)·cubic(w) by 8 intervals; c is x limited to ±82");
        writer.Line("var table = V.Load(Table(ExpTable)).AsInt32(); var least = V.Create(-82f); var most = V.Create(82f);");
        writer.Line($"var scale = V.Create({Bits(SiluTable.MinusLog2E)}).AsSingle(); var shift = V.Create(1572864f); var unshift = V.Create(1572865.5f); // −log2 e");
        writer.Line($"var linear = V.Create({Bits(0x40c76c84)}).AsSingle(); var constant = V.Create({Bits(0x40c03055)}).AsSingle(); var one = V.Create(1f);");
    }

    private static void WriteBySquares(SourceWriter writer)
    {
        writer.Line("// SiLU(x) = x / (1 + e^−x), e^−x = 2^⌊u⌋·table·(r² + constant) by 32 intervals; c is x limited to ±82");
        writer.Line("var low = V.Load(Table(ExpTable)); var high = V.Load(Table(ExpTable) + 16); var most = V.Create(82f);");
        writer.Line($"var scale = V.Create({Bits(SiluTable.MinusLog2E)}).AsSingle(); var shift = V.Create(393216f); var unshift = V.Create(393217.4375f); // −log2 e");
        writer.Line($"var constant = V.Create({Bits(SiluTable.SquareConstant)}).AsSingle(); var one = V.Create(1f);");
    }

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

        foreach (string step in Exponential(context.Isa, v, "")) writer.Line(step);
        return Denominator("");
    }

    /// <summary>e^−x as a product s·p, in variables with a number.</summary>
    /// <remarks>
    /// t = c·(−log2 e) + shift is rounded to whole intervals, whose number its last bits are. What is left, f, and the constant that completes the square, or the cubic, come in one:
    /// r = f + 46/32, or f + 12/8, because unshift is larger than shift by as much. 2^f is then a factor times r² + constant, or r³ + linear·r + constant; the table has the factor.
    /// </remarks>
    private static string[] Exponential(VectorIsa isa, string v, string n) => isa == VectorIsa.Avx512
        ?
        [
            $"var c{n} = Avx512DQ.Range({v}, most, 0x02);",
            $"var t{n} = {isa.MultiplyAdd($"c{n}", "scale", "shift")};",
            $"var u{n} = t{n} - unshift;",
            $"var r{n} = Avx512F.FusedMultiplySubtract(c{n}, scale, u{n});",
            $"var p{n} = {isa.MultiplyAdd($"r{n}", $"r{n}", "constant")};",
            $"var s{n} = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t{n}.AsInt32(), high), u{n});",
        ]
        :
        [
            $"var c{n} = V.MaxNative(V.MinNative({v}, most), least);",
            $"var t{n} = {isa.MultiplyAdd($"c{n}", "scale", "shift")};",
            $"var r{n} = {isa.MultiplyAdd($"c{n}", "scale", $"unshift - t{n}")};",
            $"var p{n} = {isa.MultiplyAdd(isa.MultiplyAdd($"r{n}", $"r{n}", "linear"), $"r{n}", "constant")};",
            $"var s{n} = (Avx2.PermuteVar8x32(table, t{n}.AsInt32()) + (t{n}.AsInt32() << 20)).AsSingle();",
        ];

    private static string Denominator(string n) => $"V.FusedMultiplyAdd(s{n}, p{n}, one)";

    private static string Bits(uint bits) => $"0x{bits:x8}u";
}
