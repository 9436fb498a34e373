// Avx512: vectors of 16 floats, 32 registers.
// Silu in place, and the sum over positions added to sum.
//   y    [blocks] blocks, plane floats apart, of [row / 16][16]     sum  [blocks][16]
//   sum  position by position
[MethodImpl(Kernel)]
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
[MethodImpl(Kernel)]
private static void SiluSum_ByDivision(float* y, float* sum, nint blocks, nint row, nint plane)
{
    // SiLU(x) = x / (1 + e^−x), e^−x = 2^⌊u⌋·table·(r² + constant) by 32 intervals; c is x limited to ±82
    var low = V.Load(Table(ExpTable)); var high = V.Load(Table(ExpTable) + 16); var most = V.Create(82f);
    var scale = V.Create(0xbfb8aa3bu).AsSingle(); var shift = V.Create(393216f); var unshift = V.Create(393217.4375f); // −log2 e
    var constant = V.Create(0x4005335du).AsSingle(); var one = V.Create(1f);
    for (nint block = 0; block < blocks; block++)
    {
        var total = V.Load(sum + block * 16);
        float* at = y + block * plane, end = at + row;
        for (; at + 48 < end; at += 64)
        {
            var v0 = V.Load(at); var v1 = V.Load(&at[16]); var v2 = V.Load(&at[32]); var v3 = V.Load(&at[48]);
            var c0 = Avx512DQ.Range(v0, most, 0x02); var c1 = Avx512DQ.Range(v1, most, 0x02); var c2 = Avx512DQ.Range(v2, most, 0x02); var c3 = Avx512DQ.Range(v3, most, 0x02);
            var t0 = V.FusedMultiplyAdd(c0, scale, shift); var t1 = V.FusedMultiplyAdd(c1, scale, shift); var t2 = V.FusedMultiplyAdd(c2, scale, shift); var t3 = V.FusedMultiplyAdd(c3, scale, shift);
            var u0 = t0 - unshift; var u1 = t1 - unshift; var u2 = t2 - unshift; var u3 = t3 - unshift;
            var r0 = Avx512F.FusedMultiplySubtract(c0, scale, u0); var r1 = Avx512F.FusedMultiplySubtract(c1, scale, u1); var r2 = Avx512F.FusedMultiplySubtract(c2, scale, u2); var r3 = Avx512F.FusedMultiplySubtract(c3, scale, u3);
            var p0 = V.FusedMultiplyAdd(r0, r0, constant); var p1 = V.FusedMultiplyAdd(r1, r1, constant); var p2 = V.FusedMultiplyAdd(r2, r2, constant); var p3 = V.FusedMultiplyAdd(r3, r3, constant);
            var s0 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t0.AsInt32(), high), u0); var s1 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t1.AsInt32(), high), u1); var s2 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t2.AsInt32(), high), u2); var s3 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t3.AsInt32(), high), u3);
            v0 = v0 / V.FusedMultiplyAdd(s0, p0, one); v1 = v1 / V.FusedMultiplyAdd(s1, p1, one); v2 = v2 / V.FusedMultiplyAdd(s2, p2, one); v3 = v3 / V.FusedMultiplyAdd(s3, p3, one);
            V.Store(v0, at); V.Store(v1, at + 16); V.Store(v2, at + 32); V.Store(v3, at + 48);
            total += v0; total += v1; total += v2; total += v3;
        }
        for (; at < end; at += 16)
        {
            var v0 = V.Load(at);
            var c0 = Avx512DQ.Range(v0, most, 0x02);
            var t0 = V.FusedMultiplyAdd(c0, scale, shift);
            var u0 = t0 - unshift;
            var r0 = Avx512F.FusedMultiplySubtract(c0, scale, u0);
            var p0 = V.FusedMultiplyAdd(r0, r0, constant);
            var s0 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t0.AsInt32(), high), u0);
            v0 = v0 / V.FusedMultiplyAdd(s0, p0, one);
            V.Store(v0, at);
            total += v0;
        }
        V.Store(total, sum + block * 16);
    }
}

// The form that is faster on this processor.
[MethodImpl(Kernel)]
private static void SiluSum(float* y, float* sum, nint blocks, nint row, nint plane)
{
    if (Hardware.DividesFast) SiluSum_ByDivision(y, sum, blocks, row, plane);
    else SiluSum_ByTable(y, sum, blocks, row, plane);
}
