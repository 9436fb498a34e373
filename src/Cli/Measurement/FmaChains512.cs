using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EfficientNet.Cli.Measurement;

/// <summary>Independent chains of 512-bit fused multiply-adds: nothing but what the FMA units can do.</summary>
/// <remarks>
/// A chain waits for its own result (4 cycles), so few chains leave units idle; too many leave no register. Which number
/// is best differs between processors, therefore several are here. Every accumulator is a local of its own, because
/// arrays and structs of vectors do not stay in registers.
/// </remarks>
internal static class FmaChains512
{
    /// <summary>Floats of one vector.</summary>
    public const int Lanes = 16;

    /// <summary>The chains by their number: each takes how often its loop runs.</summary>
    public static (int Chains, Func<long, float> Run)[] All { get; } =
    [
        (8, Run8),
        (10, Run10),
        (12, Run12),
        (16, Run16),
        (20, Run20),
        (24, Run24),
    ];

    /// <summary>Whether this processor has them.</summary>
    public static bool IsSupported => Avx512F.IsSupported;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run8(long loops)
    {
        Vector512<float> x = Vector512.Create(1f), y = Vector512.Create(1e-9f);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(x, y, a0);
            a1 = Avx512F.FusedMultiplyAdd(x, y, a1);
            a2 = Avx512F.FusedMultiplyAdd(x, y, a2);
            a3 = Avx512F.FusedMultiplyAdd(x, y, a3);
            a4 = Avx512F.FusedMultiplyAdd(x, y, a4);
            a5 = Avx512F.FusedMultiplyAdd(x, y, a5);
            a6 = Avx512F.FusedMultiplyAdd(x, y, a6);
            a7 = Avx512F.FusedMultiplyAdd(x, y, a7);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run10(long loops)
    {
        Vector512<float> x = Vector512.Create(1f), y = Vector512.Create(1e-9f);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        Vector512<float> a8 = x, a9 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(x, y, a0);
            a1 = Avx512F.FusedMultiplyAdd(x, y, a1);
            a2 = Avx512F.FusedMultiplyAdd(x, y, a2);
            a3 = Avx512F.FusedMultiplyAdd(x, y, a3);
            a4 = Avx512F.FusedMultiplyAdd(x, y, a4);
            a5 = Avx512F.FusedMultiplyAdd(x, y, a5);
            a6 = Avx512F.FusedMultiplyAdd(x, y, a6);
            a7 = Avx512F.FusedMultiplyAdd(x, y, a7);
            a8 = Avx512F.FusedMultiplyAdd(x, y, a8);
            a9 = Avx512F.FusedMultiplyAdd(x, y, a9);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run12(long loops)
    {
        Vector512<float> x = Vector512.Create(1f), y = Vector512.Create(1e-9f);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        Vector512<float> a8 = x, a9 = x, a10 = x, a11 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(x, y, a0);
            a1 = Avx512F.FusedMultiplyAdd(x, y, a1);
            a2 = Avx512F.FusedMultiplyAdd(x, y, a2);
            a3 = Avx512F.FusedMultiplyAdd(x, y, a3);
            a4 = Avx512F.FusedMultiplyAdd(x, y, a4);
            a5 = Avx512F.FusedMultiplyAdd(x, y, a5);
            a6 = Avx512F.FusedMultiplyAdd(x, y, a6);
            a7 = Avx512F.FusedMultiplyAdd(x, y, a7);
            a8 = Avx512F.FusedMultiplyAdd(x, y, a8);
            a9 = Avx512F.FusedMultiplyAdd(x, y, a9);
            a10 = Avx512F.FusedMultiplyAdd(x, y, a10);
            a11 = Avx512F.FusedMultiplyAdd(x, y, a11);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run16(long loops)
    {
        Vector512<float> x = Vector512.Create(1f), y = Vector512.Create(1e-9f);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        Vector512<float> a8 = x, a9 = x, a10 = x, a11 = x, a12 = x, a13 = x, a14 = x, a15 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(x, y, a0);
            a1 = Avx512F.FusedMultiplyAdd(x, y, a1);
            a2 = Avx512F.FusedMultiplyAdd(x, y, a2);
            a3 = Avx512F.FusedMultiplyAdd(x, y, a3);
            a4 = Avx512F.FusedMultiplyAdd(x, y, a4);
            a5 = Avx512F.FusedMultiplyAdd(x, y, a5);
            a6 = Avx512F.FusedMultiplyAdd(x, y, a6);
            a7 = Avx512F.FusedMultiplyAdd(x, y, a7);
            a8 = Avx512F.FusedMultiplyAdd(x, y, a8);
            a9 = Avx512F.FusedMultiplyAdd(x, y, a9);
            a10 = Avx512F.FusedMultiplyAdd(x, y, a10);
            a11 = Avx512F.FusedMultiplyAdd(x, y, a11);
            a12 = Avx512F.FusedMultiplyAdd(x, y, a12);
            a13 = Avx512F.FusedMultiplyAdd(x, y, a13);
            a14 = Avx512F.FusedMultiplyAdd(x, y, a14);
            a15 = Avx512F.FusedMultiplyAdd(x, y, a15);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11 + a12 + a13 + a14 + a15);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run20(long loops)
    {
        Vector512<float> x = Vector512.Create(1f), y = Vector512.Create(1e-9f);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        Vector512<float> a8 = x, a9 = x, a10 = x, a11 = x, a12 = x, a13 = x, a14 = x, a15 = x;
        Vector512<float> a16 = x, a17 = x, a18 = x, a19 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(x, y, a0);
            a1 = Avx512F.FusedMultiplyAdd(x, y, a1);
            a2 = Avx512F.FusedMultiplyAdd(x, y, a2);
            a3 = Avx512F.FusedMultiplyAdd(x, y, a3);
            a4 = Avx512F.FusedMultiplyAdd(x, y, a4);
            a5 = Avx512F.FusedMultiplyAdd(x, y, a5);
            a6 = Avx512F.FusedMultiplyAdd(x, y, a6);
            a7 = Avx512F.FusedMultiplyAdd(x, y, a7);
            a8 = Avx512F.FusedMultiplyAdd(x, y, a8);
            a9 = Avx512F.FusedMultiplyAdd(x, y, a9);
            a10 = Avx512F.FusedMultiplyAdd(x, y, a10);
            a11 = Avx512F.FusedMultiplyAdd(x, y, a11);
            a12 = Avx512F.FusedMultiplyAdd(x, y, a12);
            a13 = Avx512F.FusedMultiplyAdd(x, y, a13);
            a14 = Avx512F.FusedMultiplyAdd(x, y, a14);
            a15 = Avx512F.FusedMultiplyAdd(x, y, a15);
            a16 = Avx512F.FusedMultiplyAdd(x, y, a16);
            a17 = Avx512F.FusedMultiplyAdd(x, y, a17);
            a18 = Avx512F.FusedMultiplyAdd(x, y, a18);
            a19 = Avx512F.FusedMultiplyAdd(x, y, a19);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11 + a12 + a13 + a14 + a15 + a16 + a17 + a18 + a19);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run24(long loops)
    {
        Vector512<float> x = Vector512.Create(1f), y = Vector512.Create(1e-9f);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        Vector512<float> a8 = x, a9 = x, a10 = x, a11 = x, a12 = x, a13 = x, a14 = x, a15 = x;
        Vector512<float> a16 = x, a17 = x, a18 = x, a19 = x, a20 = x, a21 = x, a22 = x, a23 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(x, y, a0);
            a1 = Avx512F.FusedMultiplyAdd(x, y, a1);
            a2 = Avx512F.FusedMultiplyAdd(x, y, a2);
            a3 = Avx512F.FusedMultiplyAdd(x, y, a3);
            a4 = Avx512F.FusedMultiplyAdd(x, y, a4);
            a5 = Avx512F.FusedMultiplyAdd(x, y, a5);
            a6 = Avx512F.FusedMultiplyAdd(x, y, a6);
            a7 = Avx512F.FusedMultiplyAdd(x, y, a7);
            a8 = Avx512F.FusedMultiplyAdd(x, y, a8);
            a9 = Avx512F.FusedMultiplyAdd(x, y, a9);
            a10 = Avx512F.FusedMultiplyAdd(x, y, a10);
            a11 = Avx512F.FusedMultiplyAdd(x, y, a11);
            a12 = Avx512F.FusedMultiplyAdd(x, y, a12);
            a13 = Avx512F.FusedMultiplyAdd(x, y, a13);
            a14 = Avx512F.FusedMultiplyAdd(x, y, a14);
            a15 = Avx512F.FusedMultiplyAdd(x, y, a15);
            a16 = Avx512F.FusedMultiplyAdd(x, y, a16);
            a17 = Avx512F.FusedMultiplyAdd(x, y, a17);
            a18 = Avx512F.FusedMultiplyAdd(x, y, a18);
            a19 = Avx512F.FusedMultiplyAdd(x, y, a19);
            a20 = Avx512F.FusedMultiplyAdd(x, y, a20);
            a21 = Avx512F.FusedMultiplyAdd(x, y, a21);
            a22 = Avx512F.FusedMultiplyAdd(x, y, a22);
            a23 = Avx512F.FusedMultiplyAdd(x, y, a23);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11 + a12 + a13 + a14 + a15 + a16 + a17 + a18 + a19 + a20 + a21 + a22 + a23);
    }
}
