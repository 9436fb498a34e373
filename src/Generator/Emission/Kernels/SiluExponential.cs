using System;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>e^−x as SiLU by division needs it: a product s·p, one way for each width of vectors.</summary>
/// <remarks>
/// t = c·(−log2 e) + shift is rounded to whole intervals, whose number its last bits are. What is left, f, and the constant that completes the square, or the cubic, come in one:
/// r = f + 46/32, or f + 12/8, because unshift is larger than shift by as much. 2^f is then a factor times r² + constant, or r³ + linear·r + constant; the table has the factor.
/// </remarks>
/// <param name="TableMeaning">What the table holds, for its comment.</param>
/// <param name="Table">A factor for each interval.</param>
/// <param name="Constants">The lines that declare what the steps use.</param>
/// <param name="Steps">The steps for a vector, in variables with a number: s and p are the last two.</param>
internal sealed record SiluExponential(string TableMeaning, uint[] Table, string[] Constants, Func<string, string, string[]> Steps)
{
    /// <summary>By 8 intervals: of so many AVX2 holds a table in a register.</summary>
    private static readonly SiluExponential ByCubics = new(
        "2^(i/8) by interval, with the cubic's factor in it",
        SiluTable.Eighths,
        [
            "// SiLU(x) = x / (1 + e^−x), e^−x = 2^(u/8)·cubic(w) by 8 intervals; c is x limited to ±82",
            "var table = V.Load(Table(ExpTable)).AsInt32(); var least = V.Create(-82f); var most = V.Create(82f);",
            $"var scale = V.Create({SiluTable.Bits(SiluTable.MinusLog2E)}).AsSingle(); var shift = V.Create(1572864f); var unshift = V.Create(1572865.5f); // −log2 e",
            $"var linear = V.Create({SiluTable.Bits(SiluTable.CubicLinear)}).AsSingle(); var constant = V.Create({SiluTable.Bits(SiluTable.CubicConstant)}).AsSingle(); var one = V.Create(1f);",
        ],
        (v, n) =>
        [
            $"var c{n} = V.MaxNative(V.MinNative({v}, most), least);",
            $"var t{n} = {VectorIsa.Avx2.MultiplyAdd($"c{n}", "scale", "shift")};",
            $"var r{n} = {VectorIsa.Avx2.MultiplyAdd($"c{n}", "scale", $"unshift - t{n}")};",
            $"var p{n} = {VectorIsa.Avx2.MultiplyAdd(VectorIsa.Avx2.MultiplyAdd($"r{n}", $"r{n}", "linear"), $"r{n}", "constant")};",
            $"var s{n} = (Avx2.PermuteVar8x32(table, t{n}.AsInt32()) + (t{n}.AsInt32() << 20)).AsSingle();",
        ]);

    /// <summary>By 32 intervals, in two registers, where powers of two are multiplied by in one step (decision 0040).</summary>
    private static readonly SiluExponential BySquares = new(
        "2^(i/32) by interval, with the square's factor in it",
        SiluTable.ThirtySeconds,
        [
            "// SiLU(x) = x / (1 + e^−x), e^−x = 2^⌊u⌋·table·(r² + constant) by 32 intervals; c is x limited to ±82",
            "var low = V.Load(Table(ExpTable)); var high = V.Load(Table(ExpTable) + 16); var most = V.Create(82f);",
            $"var scale = V.Create({SiluTable.Bits(SiluTable.MinusLog2E)}).AsSingle(); var shift = V.Create(393216f); var unshift = V.Create(393217.4375f); // −log2 e",
            $"var constant = V.Create({SiluTable.Bits(SiluTable.SquareConstant)}).AsSingle(); var one = V.Create(1f);",
        ],
        (v, n) =>
        [
            $"var c{n} = Avx512DQ.Range({v}, most, 0x02);",
            $"var t{n} = {VectorIsa.Avx512.MultiplyAdd($"c{n}", "scale", "shift")};",
            $"var u{n} = t{n} - unshift;",
            $"var r{n} = Avx512F.FusedMultiplySubtract(c{n}, scale, u{n});",
            $"var p{n} = {VectorIsa.Avx512.MultiplyAdd($"r{n}", $"r{n}", "constant")};",
            $"var s{n} = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t{n}.AsInt32(), high), u{n});",
        ]);

    /// <summary>The one of an instruction set that has a table for it: not of the portable one.</summary>
    public static SiluExponential Of(VectorIsa isa) => isa == VectorIsa.Avx512 ? BySquares : ByCubics;
}
