// Avx2: vectors of 8 floats, 16 registers.
// Silu past the caches to y, and the sum over positions added to sum.
//   x    [blocks][row / 16][16]
//   y    [blocks] blocks, plane floats apart, of [row / 16][16]     sum  [blocks][16]
//   sum  position by position
[MethodImpl(Kernel)]
private static void SiluSum_Streamed(float* x, float* y, float* sum, nint blocks, nint row, nint plane)
{
    // SiLU(x) = x / (1 + e^−x), e^−x = 2^(u/8)·cubic(w) by 8 intervals; c is x limited to ±82
    var table = V.Load(Table(ExpTable)).AsInt32(); var least = V.Create(-82f); var most = V.Create(82f);
    var scale = V.Create(0xbfb8aa3bu).AsSingle(); var shift = V.Create(1572864f); var unshift = V.Create(1572865.5f); // −log2 e
    var linear = V.Create(0x40c76c84u).AsSingle(); var constant = V.Create(0x40c03055u).AsSingle(); var one = V.Create(1f);
    for (nint block = 0; block < blocks; block++)
    {
        var total0 = V.Load(sum + block * 16); var total1 = V.Load(sum + block * 16 + 8);
        float* to = y + block * plane;
        for (float* at = x + block * row, end = at + row; at < end; at += 16, to += 16)
        {
            var v0 = V.Load(at); var v1 = V.Load(at + 8);
            var c0 = V.MaxNative(V.MinNative(v0, most), least); var c1 = V.MaxNative(V.MinNative(v1, most), least);
            var t0 = V.FusedMultiplyAdd(c0, scale, shift); var t1 = V.FusedMultiplyAdd(c1, scale, shift);
            var r0 = V.FusedMultiplyAdd(c0, scale, unshift - t0); var r1 = V.FusedMultiplyAdd(c1, scale, unshift - t1);
            var p0 = V.FusedMultiplyAdd(V.FusedMultiplyAdd(r0, r0, linear), r0, constant); var p1 = V.FusedMultiplyAdd(V.FusedMultiplyAdd(r1, r1, linear), r1, constant);
            var s0 = (Avx2.PermuteVar8x32(table, t0.AsInt32()) + (t0.AsInt32() << 20)).AsSingle(); var s1 = (Avx2.PermuteVar8x32(table, t1.AsInt32()) + (t1.AsInt32() << 20)).AsSingle();
            v0 = v0 / V.FusedMultiplyAdd(s0, p0, one); v1 = v1 / V.FusedMultiplyAdd(s1, p1, one);
            V.StoreAlignedNonTemporal(v0, to); V.StoreAlignedNonTemporal(v1, to + 8);
            total0 += v0; total1 += v1;
        }
        V.Store(total0, sum + block * 16); V.Store(total1, sum + block * 16 + 8);
    }
}
