// Avx512: vectors of 16 floats, 32 registers.
// Silu in place, and the sum over positions added to sum.
//   y    [blocks] blocks, plane floats apart, of [row / 16][16]     sum  [blocks][16]
//   sum  position by position
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void SiluSum_ByTable(float* y, float* sum, nint blocks, nint row, nint plane)
{
    // SiLU(x) = max(x, 0) − a·g(a), a = min(|x|, 17), g(a) = 1 / (1 + e^a) by 32 quartics
    var low0 = V.Load(Table(SiluTable) + 0); var high0 = V.Load(Table(SiluTable) + 16);
    var low1 = V.Load(Table(SiluTable) + 32); var high1 = V.Load(Table(SiluTable) + 48);
    var low2 = V.Load(Table(SiluTable) + 64); var high2 = V.Load(Table(SiluTable) + 80);
    var low3 = V.Load(Table(SiluTable) + 96); var high3 = V.Load(Table(SiluTable) + 112);
    var low4 = V.Load(Table(SiluTable) + 128); var high4 = V.Load(Table(SiluTable) + 144);
    var zero = Vector512<float>.Zero; var limit = V.Create(0x4187fff7u).AsSingle();
    var slope = V.Create(0x404b4b4bu).AsSingle(); var shift = V.Create(0x4b7ffff7u).AsSingle();
    for (nint block = 0; block < blocks; block++)
    {
        var total = V.Load(sum + block * 16);
        for (float* at = y + block * plane, end = at + row; at < end; at += 16)
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

// Silu in place, and the sum over positions added to sum.
//   y    [blocks] blocks, plane floats apart, of [row / 16][16]     sum  [blocks][16]
//   sum  position by position
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void SiluSum_ByDivision(float* y, float* sum, nint blocks, nint row, nint plane)
{
    // SiLU(x) = x / (1 + e^−x), e^−x = 2^(u/8)·cubic(w) by 8 intervals
    var table = V.Create(Vector256.Load(Table(ExpTable)), Vector256.Load(Table(ExpTable))).AsInt32(); var most = V.Create(82f);
    var scale = V.Create(0xbfb8aa3bu).AsSingle(); var shift = V.Create(1572864f); var unshift = V.Create(1572865.5f); // −log2 e
    var linear = V.Create(0x40c76c84u).AsSingle(); var constant = V.Create(0x40c03055u).AsSingle(); var one = V.Create(1f);
    for (nint block = 0; block < blocks; block++)
    {
        var total = V.Load(sum + block * 16);
        for (float* at = y + block * plane, end = at + row; at < end; at += 16)
        {
            var v = V.Load(at);
            var c = Avx512DQ.Range(v, most, 0x02); // the smaller magnitude, with the sign of v
            var t = V.FusedMultiplyAdd(c, scale, shift);
            var r = V.FusedMultiplyAdd(c, scale, unshift - t);
            var p = V.FusedMultiplyAdd(V.FusedMultiplyAdd(r, r, linear), r, constant);
            var s = (Avx512F.PermuteVar16x32(table, t.AsInt32()) + (t.AsInt32() << 20)).AsSingle();
            v = v / V.FusedMultiplyAdd(s, p, one);
            V.Store(v, at);
            total += v;
        }
        V.Store(total, sum + block * 16);
    }
}

// The form that is faster on this processor.
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void SiluSum(float* y, float* sum, nint blocks, nint row, nint plane)
{
    if (Hardware.DividesFast) SiluSum_ByDivision(y, sum, blocks, row, plane);
    else SiluSum_ByTable(y, sum, blocks, row, plane);
}
