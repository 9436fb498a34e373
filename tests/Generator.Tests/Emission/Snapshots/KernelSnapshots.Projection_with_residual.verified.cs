// Avx512: vectors of 16 floats, 32 registers.
// Pointwise convolution, 32 input channels → 48 output channels, 4 positions, plus residual.
//   x    [2][4][16]     y  [3][4][16]     residual like y, apart from it
//   w    panels of 2 blocks, the last of 1, each [32][outputs]
//   tile 4 positions × 2 vectors: 8 accumulators + 2 weights + 1 broadcast = 11 of 32 registers
//   sum  bias first, then input channels in order
//   work 2 tasks, panel by panel; tasks first … last − 1 are made here
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Projection_32to48_4_Residual(float* x, float* w, float* bias, float* y, float* residual, nint first, nint last)
{
    for (nint task = first; task < Math.Min(last, 1); task++)
    {
        const nint panel = 0;
        const nint position = 0;
        float* ahead = bias + panel * 1056 + 75776;
        float* xt = x + position;
        float* wt = w + panel * 1056;
        float* bt = bias + panel * 1056;
        float* yt = y + panel * 128 + position;
        float* rt = residual + panel * 128 + position;
        var y0_0 = V.Load(bt + 0);
        var y0_1 = V.Load(bt + 16);
        var y1_0 = y0_0; var y1_1 = y0_1;
        var y2_0 = y0_0; var y2_1 = y0_1;
        var y3_0 = y0_0; var y3_1 = y0_1;
        float* xk = xt;
        float* wk = wt;
        for (nint k = 0; k < 32; k += 2)
        {
            var w0 = V.Load(wk + 0); var w1 = V.Load(wk + 16);
            var b = V.Create(xk[0]); y0_0 = V.FusedMultiplyAdd(b, w0, y0_0); y0_1 = V.FusedMultiplyAdd(b, w1, y0_1);
            b = V.Create(xk[16]); y1_0 = V.FusedMultiplyAdd(b, w0, y1_0); y1_1 = V.FusedMultiplyAdd(b, w1, y1_1);
            b = V.Create(xk[32]); y2_0 = V.FusedMultiplyAdd(b, w0, y2_0); y2_1 = V.FusedMultiplyAdd(b, w1, y2_1);
            b = V.Create(xk[48]); y3_0 = V.FusedMultiplyAdd(b, w0, y3_0); y3_1 = V.FusedMultiplyAdd(b, w1, y3_1);
            w0 = V.Load(wk + 32); w1 = V.Load(wk + 48);
            b = V.Create(xk[1]); y0_0 = V.FusedMultiplyAdd(b, w0, y0_0); y0_1 = V.FusedMultiplyAdd(b, w1, y0_1);
            b = V.Create(xk[17]); y1_0 = V.FusedMultiplyAdd(b, w0, y1_0); y1_1 = V.FusedMultiplyAdd(b, w1, y1_1);
            b = V.Create(xk[33]); y2_0 = V.FusedMultiplyAdd(b, w0, y2_0); y2_1 = V.FusedMultiplyAdd(b, w1, y2_1);
            b = V.Create(xk[49]); y3_0 = V.FusedMultiplyAdd(b, w0, y3_0); y3_1 = V.FusedMultiplyAdd(b, w1, y3_1);
            Sse.Prefetch0(ahead + 0);
            Sse.Prefetch0(ahead + 16);
            Sse.Prefetch0(ahead + 32);
            Sse.Prefetch0(ahead + 48);
            Sse.Prefetch0(ahead + 64);
            ahead += 80;
            wk += 64;
            xk += (k & 14) == 14 ? 50 : 2; // the next 16 channels lie a plane further
        }
        V.Store((y0_0 + V.Load(rt + 0)), yt + 0); V.Store((y0_1 + V.Load(rt + 64)), yt + 64);
        V.Store((y1_0 + V.Load(rt + 16)), yt + 16); V.Store((y1_1 + V.Load(rt + 80)), yt + 80);
        V.Store((y2_0 + V.Load(rt + 32)), yt + 32); V.Store((y2_1 + V.Load(rt + 96)), yt + 96);
        V.Store((y3_0 + V.Load(rt + 48)), yt + 48); V.Store((y3_1 + V.Load(rt + 112)), yt + 112);
    }
    first = Math.Max(first, 1); // the narrower last panel
    for (nint task = first; task < last; task++)
    {
        const nint position = 0;
        float* ahead = bias + 1 * 1056 + 75776;
        float* xt = x + position;
        float* wt = w + 1 * 1056;
        float* bt = bias + 1 * 1056;
        float* yt = y + 1 * 128 + position;
        float* rt = residual + 1 * 128 + position;
        var y0_0 = V.Load(bt + 0);
        var y1_0 = y0_0;
        var y2_0 = y0_0;
        var y3_0 = y0_0;
        float* xk = xt;
        float* wk = wt;
        for (nint k = 0; k < 32; k += 2)
        {
            var w0 = V.Load(wk + 0);
            var b = V.Create(xk[0]); y0_0 = V.FusedMultiplyAdd(b, w0, y0_0);
            b = V.Create(xk[16]); y1_0 = V.FusedMultiplyAdd(b, w0, y1_0);
            b = V.Create(xk[32]); y2_0 = V.FusedMultiplyAdd(b, w0, y2_0);
            b = V.Create(xk[48]); y3_0 = V.FusedMultiplyAdd(b, w0, y3_0);
            w0 = V.Load(wk + 16);
            b = V.Create(xk[1]); y0_0 = V.FusedMultiplyAdd(b, w0, y0_0);
            b = V.Create(xk[17]); y1_0 = V.FusedMultiplyAdd(b, w0, y1_0);
            b = V.Create(xk[33]); y2_0 = V.FusedMultiplyAdd(b, w0, y2_0);
            b = V.Create(xk[49]); y3_0 = V.FusedMultiplyAdd(b, w0, y3_0);
            Sse.Prefetch0(ahead + 0);
            Sse.Prefetch0(ahead + 16);
            Sse.Prefetch0(ahead + 32);
            ahead += 48;
            wk += 32;
            xk += (k & 14) == 14 ? 50 : 2; // the next 16 channels lie a plane further
        }
        V.Store((y0_0 + V.Load(rt + 0)), yt + 0);
        V.Store((y1_0 + V.Load(rt + 16)), yt + 16);
        V.Store((y2_0 + V.Load(rt + 32)), yt + 32);
        V.Store((y3_0 + V.Load(rt + 48)), yt + 48);
    }
}
