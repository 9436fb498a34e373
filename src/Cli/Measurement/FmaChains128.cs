using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EfficientNet.Cli.Measurement;

/// <summary>Independent chains of multiply-adds on the cross-platform 128-bit vectors, as the portable kernels have them:
/// fused where the processor can, a product and a sum where it cannot.</summary>
internal static class FmaChains128
{
    /// <summary>Floats of one vector.</summary>
    public const int Lanes = 4;

    /// <summary>The chains by their number: each takes how often its loop runs.</summary>
    public static (int Chains, Func<long, float> Run)[] All { get; } =
    [
        (8, Run8),
        (12, Run12),
    ];

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run8(long loops)
    {
        Vector128<float> x = Vector128.Create(1f), y = Vector128.Create(1e-9f);
        Vector128<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Vector128.MultiplyAddEstimate(x, y, a0);
            a1 = Vector128.MultiplyAddEstimate(x, y, a1);
            a2 = Vector128.MultiplyAddEstimate(x, y, a2);
            a3 = Vector128.MultiplyAddEstimate(x, y, a3);
            a4 = Vector128.MultiplyAddEstimate(x, y, a4);
            a5 = Vector128.MultiplyAddEstimate(x, y, a5);
            a6 = Vector128.MultiplyAddEstimate(x, y, a6);
            a7 = Vector128.MultiplyAddEstimate(x, y, a7);
        }

        return Vector128.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Run12(long loops)
    {
        Vector128<float> x = Vector128.Create(1f), y = Vector128.Create(1e-9f);
        Vector128<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x;
        Vector128<float> a8 = x, a9 = x, a10 = x, a11 = x;
        for (long i = 0; i < loops; i++)
        {
            a0 = Vector128.MultiplyAddEstimate(x, y, a0);
            a1 = Vector128.MultiplyAddEstimate(x, y, a1);
            a2 = Vector128.MultiplyAddEstimate(x, y, a2);
            a3 = Vector128.MultiplyAddEstimate(x, y, a3);
            a4 = Vector128.MultiplyAddEstimate(x, y, a4);
            a5 = Vector128.MultiplyAddEstimate(x, y, a5);
            a6 = Vector128.MultiplyAddEstimate(x, y, a6);
            a7 = Vector128.MultiplyAddEstimate(x, y, a7);
            a8 = Vector128.MultiplyAddEstimate(x, y, a8);
            a9 = Vector128.MultiplyAddEstimate(x, y, a9);
            a10 = Vector128.MultiplyAddEstimate(x, y, a10);
            a11 = Vector128.MultiplyAddEstimate(x, y, a11);
        }

        return Vector128.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }
}
