// Avx512: vectors of 16 floats, 32 registers.
// One row of Depthwise3x3s2_3_from7_by9, then Silu, and its sum over positions added to sum.
[MethodImpl(Kernel)]
private static void Depthwise3x3s2_3_from7_by9_SiluSum_ByTable(float* x0, float* x1, float* x2, float* w, float* y, float* sum, nint blocks)
{
    Depthwise3x3s2_3_from7_by9(x0, x1, x2, w, y, blocks);
    SiluSum_ByTable(y, sum, blocks, 48, 144);
}

// Depthwise convolution 3×3, stride 2, blocks of 16 channels, one row of 3 outputs, then Silu, and its sum over positions added to sum.
//   x0 … x2  the input rows under the kernel, zero borders included: [blocks], 112 floats apart, of [column][16]
//   w    [blocks][9 taps, then bias][16]     y  [blocks], 144 floats apart     sum  [blocks][16]
//   tile 3 columns × 1 vector: 3 accumulators + 3 taps + 1 input + 9 of the activation and the sum = 16 of 32 registers
//   sum  bias first, then row by row, left to right; over positions one by one
[MethodImpl(Kernel)]
private static void Depthwise3x3s2_3_from7_by9_SiluSum_ByDivision(float* x0, float* x1, float* x2, float* w, float* y, float* sum, nint blocks)
{
    // SiLU(x) = x / (1 + e^−x), e^−x = 2^⌊u⌋·table·(r² + constant) by 32 intervals; c is x limited to ±82
    var low = V.Load(Table(ExpTable)); var high = V.Load(Table(ExpTable) + 16); var most = V.Create(82f);
    var scale = V.Create(0xbfb8aa3bu).AsSingle(); var shift = V.Create(393216f); var unshift = V.Create(393217.4375f); // −log2 e
    var constant = V.Create(0x4005335du).AsSingle(); var one = V.Create(1f);
    for (nint block = 0; block < blocks; block++)
    {
        var total = V.Load(sum + block * 16);
        {
            const nint position = 0;
            float* wt = w + block * 160;
            nint from = position * 2 + block * 112;
            float* yt = y + position + block * 144;
            var y0 = V.Load(wt + 144);
            var y1 = y0; var y2 = y0;
            // kernel row 0
            var w0 = V.Load(wt); var w1 = V.Load(&wt[16]); var w2 = V.Load(&wt[32]);
            float* xt = x0 + from;
            var b = V.Load(xt); y0 = V.FusedMultiplyAdd(b, w0, y0);
            b = V.Load(&xt[16]); y0 = V.FusedMultiplyAdd(b, w1, y0);
            b = V.Load(&xt[32]); y1 = V.FusedMultiplyAdd(b, w0, y1); y0 = V.FusedMultiplyAdd(b, w2, y0);
            b = V.Load(&xt[48]); y1 = V.FusedMultiplyAdd(b, w1, y1);
            b = V.Load(&xt[64]); y2 = V.FusedMultiplyAdd(b, w0, y2); y1 = V.FusedMultiplyAdd(b, w2, y1);
            b = V.Load(&xt[80]); y2 = V.FusedMultiplyAdd(b, w1, y2);
            b = V.Load(&xt[96]); y2 = V.FusedMultiplyAdd(b, w2, y2);
            // kernel row 1
            w0 = V.Load(&wt[48]); w1 = V.Load(&wt[64]); w2 = V.Load(&wt[80]);
            xt = x1 + from;
            b = V.Load(xt); y0 = V.FusedMultiplyAdd(b, w0, y0);
            b = V.Load(&xt[16]); y0 = V.FusedMultiplyAdd(b, w1, y0);
            b = V.Load(&xt[32]); y1 = V.FusedMultiplyAdd(b, w0, y1); y0 = V.FusedMultiplyAdd(b, w2, y0);
            b = V.Load(&xt[48]); y1 = V.FusedMultiplyAdd(b, w1, y1);
            b = V.Load(&xt[64]); y2 = V.FusedMultiplyAdd(b, w0, y2); y1 = V.FusedMultiplyAdd(b, w2, y1);
            b = V.Load(&xt[80]); y2 = V.FusedMultiplyAdd(b, w1, y2);
            b = V.Load(&xt[96]); y2 = V.FusedMultiplyAdd(b, w2, y2);
            // kernel row 2
            w0 = V.Load(&wt[96]); w1 = V.Load(&wt[112]); w2 = V.Load(&wt[128]);
            xt = x2 + from;
            b = V.Load(xt); y0 = V.FusedMultiplyAdd(b, w0, y0);
            b = V.Load(&xt[16]); y0 = V.FusedMultiplyAdd(b, w1, y0);
            b = V.Load(&xt[32]); y1 = V.FusedMultiplyAdd(b, w0, y1); y0 = V.FusedMultiplyAdd(b, w2, y0);
            b = V.Load(&xt[48]); y1 = V.FusedMultiplyAdd(b, w1, y1);
            b = V.Load(&xt[64]); y2 = V.FusedMultiplyAdd(b, w0, y2); y1 = V.FusedMultiplyAdd(b, w2, y1);
            b = V.Load(&xt[80]); y2 = V.FusedMultiplyAdd(b, w1, y2);
            b = V.Load(&xt[96]); y2 = V.FusedMultiplyAdd(b, w2, y2);
            var c0 = Avx512DQ.Range(y0, most, 0x02); var c1 = Avx512DQ.Range(y1, most, 0x02);
            var t0 = V.FusedMultiplyAdd(c0, scale, shift); var t1 = V.FusedMultiplyAdd(c1, scale, shift);
            var u0 = t0 - unshift; var u1 = t1 - unshift;
            var r0 = Avx512F.FusedMultiplySubtract(c0, scale, u0); var r1 = Avx512F.FusedMultiplySubtract(c1, scale, u1);
            var p0 = V.FusedMultiplyAdd(r0, r0, constant); var p1 = V.FusedMultiplyAdd(r1, r1, constant);
            var s0 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t0.AsInt32(), high), u0); var s1 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t1.AsInt32(), high), u1);
            y0 = y0 / V.FusedMultiplyAdd(s0, p0, one); y1 = y1 / V.FusedMultiplyAdd(s1, p1, one);
            V.Store(y0, yt); total += y0; V.Store(y1, &yt[16]); total += y1;
            var c2 = Avx512DQ.Range(y2, most, 0x02);
            var t2 = V.FusedMultiplyAdd(c2, scale, shift);
            var u2 = t2 - unshift;
            var r2 = Avx512F.FusedMultiplySubtract(c2, scale, u2);
            var p2 = V.FusedMultiplyAdd(r2, r2, constant);
            var s2 = Avx512F.Scale(Avx512F.PermuteVar16x32x2(low, t2.AsInt32(), high), u2);
            y2 = y2 / V.FusedMultiplyAdd(s2, p2, one);
            V.Store(y2, &yt[32]); total += y2;
        }
        V.Store(total, sum + block * 16);
    }
}

// The form that is faster on this processor.
[MethodImpl(Kernel)]
private static void Depthwise3x3s2_3_from7_by9_SiluSum(float* x0, float* x1, float* x2, float* w, float* y, float* sum, nint blocks)
{
    if (Hardware.DividesFast) Depthwise3x3s2_3_from7_by9_SiluSum_ByDivision(x0, x1, x2, w, y, sum, blocks);
    else Depthwise3x3s2_3_from7_by9_SiluSum_ByTable(x0, x1, x2, w, y, sum, blocks);
}
