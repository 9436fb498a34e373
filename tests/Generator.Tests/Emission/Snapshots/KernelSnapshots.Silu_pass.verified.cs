// Avx512: vectors of 16 floats, 32 registers.
// Silu in place, and the sum over positions added to sum: 32 channels × 4 positions.
//   y    [2] blocks, 64 floats apart, of [4][16]     sum  [2][16]
//   sum  position by position
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void SiluSum_32_4_by4(float* y, float* sum)
{
    // SiLU(x) = max(x, 0) − a·g(a), a = min(|x|, 17), g(a) = 1 / (1 + e^a) by 32 quartics
    var low0 = V.Load(Table(SiluTable) + 0); var high0 = V.Load(Table(SiluTable) + 16);
    var low1 = V.Load(Table(SiluTable) + 32); var high1 = V.Load(Table(SiluTable) + 48);
    var low2 = V.Load(Table(SiluTable) + 64); var high2 = V.Load(Table(SiluTable) + 80);
    var low3 = V.Load(Table(SiluTable) + 96); var high3 = V.Load(Table(SiluTable) + 112);
    var low4 = V.Load(Table(SiluTable) + 128); var high4 = V.Load(Table(SiluTable) + 144);
    var zero = Vector512<float>.Zero; var limit = V.Create(0x4187fff7u).AsSingle();
    var slope = V.Create(0x404b4b4bu).AsSingle(); var shift = V.Create(0x4b7ffff7u).AsSingle();
    for (nint block = 0; block < 2; block++)
    {
        var total = V.Load(sum + block * 16);
        for (float* at = y + block * 64, end = at + 64; at < end; at += 16)
        {
            var v = V.Load(at);
            var a = Avx512DQ.Range(v, limit, 0x0A); // the smaller magnitude, without sign
            var interval = V.FusedMultiplyAdd(a, slope, shift).AsInt32();
            var g = Avx512F.PermuteVar16x32x2(low4, interval, high4);
            g = V.FusedMultiplyAdd(g, a, Avx512F.PermuteVar16x32x2(low3, interval, high3));
            g = V.FusedMultiplyAdd(g, a, Avx512F.PermuteVar16x32x2(low2, interval, high2));
            g = V.FusedMultiplyAdd(g, a, Avx512F.PermuteVar16x32x2(low1, interval, high1));
            g = V.FusedMultiplyAdd(g, a, Avx512F.PermuteVar16x32x2(low0, interval, high0));
            v = Avx512F.FusedMultiplyAddNegated(a, g, V.MaxNative(zero, v));
            V.Store(v, at);
            total += v;
        }
        V.Store(total, sum + block * 16);
    }
}
