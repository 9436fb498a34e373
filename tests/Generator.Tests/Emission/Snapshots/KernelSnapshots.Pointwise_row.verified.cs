// Avx2: vectors of 8 floats, 16 registers.
// Pointwise convolution, 8 input channels → 32 output channels, 5 positions.
//   x    [1] blocks, 80 floats apart, of [position][16]
//   w    [8][32]
//   y    [2] blocks, 112 floats apart, of [position][16]
//   tile 5 positions × 2 vectors: 10 accumulators + 2 weights + 1 broadcast = 13 of 16 registers
//   sum  bias first, then input channels in order
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Pointwise_8to32_5_of5_by7_Relu6(float* x, float* w, float* bias, float* y)
{
    var zero = Vector256<float>.Zero;
    var six = V.Create(6f);
    {
        const nint position = 0;
        for (nint block = 0; block < 2; block += 1)
        {
            float* xt = x + position;
            float* wt = w + block * 16;
            float* bt = bias + block * 16;
            float* yt = y + block * 112 + position;
            var y0_0 = V.Load(bt + 0);
            var y0_1 = V.Load(bt + 8);
            var y1_0 = y0_0; var y1_1 = y0_1;
            var y2_0 = y0_0; var y2_1 = y0_1;
            var y3_0 = y0_0; var y3_1 = y0_1;
            var y4_0 = y0_0; var y4_1 = y0_1;
            float* xk = xt;
            float* wk = wt;
            for (nint k = 0; k < 8; k += 2)
            {
                var w0 = V.Load(wk + 0); var w1 = V.Load(wk + 8);
                var b = V.Create(xk[0]); y0_0 = V.FusedMultiplyAdd(b, w0, y0_0); y0_1 = V.FusedMultiplyAdd(b, w1, y0_1);
                b = V.Create(xk[16]); y1_0 = V.FusedMultiplyAdd(b, w0, y1_0); y1_1 = V.FusedMultiplyAdd(b, w1, y1_1);
                b = V.Create(xk[32]); y2_0 = V.FusedMultiplyAdd(b, w0, y2_0); y2_1 = V.FusedMultiplyAdd(b, w1, y2_1);
                b = V.Create(xk[48]); y3_0 = V.FusedMultiplyAdd(b, w0, y3_0); y3_1 = V.FusedMultiplyAdd(b, w1, y3_1);
                b = V.Create(xk[64]); y4_0 = V.FusedMultiplyAdd(b, w0, y4_0); y4_1 = V.FusedMultiplyAdd(b, w1, y4_1);
                w0 = V.Load(wk + 32); w1 = V.Load(wk + 40);
                b = V.Create(xk[1]); y0_0 = V.FusedMultiplyAdd(b, w0, y0_0); y0_1 = V.FusedMultiplyAdd(b, w1, y0_1);
                b = V.Create(xk[17]); y1_0 = V.FusedMultiplyAdd(b, w0, y1_0); y1_1 = V.FusedMultiplyAdd(b, w1, y1_1);
                b = V.Create(xk[33]); y2_0 = V.FusedMultiplyAdd(b, w0, y2_0); y2_1 = V.FusedMultiplyAdd(b, w1, y2_1);
                b = V.Create(xk[49]); y3_0 = V.FusedMultiplyAdd(b, w0, y3_0); y3_1 = V.FusedMultiplyAdd(b, w1, y3_1);
                b = V.Create(xk[65]); y4_0 = V.FusedMultiplyAdd(b, w0, y4_0); y4_1 = V.FusedMultiplyAdd(b, w1, y4_1);
                wk += 64;
                xk += 2;
            }
            V.Store(V.MinNative(six, V.MaxNative(zero, y0_0)), yt + 0); V.Store(V.MinNative(six, V.MaxNative(zero, y0_1)), yt + 8);
            V.Store(V.MinNative(six, V.MaxNative(zero, y1_0)), yt + 16); V.Store(V.MinNative(six, V.MaxNative(zero, y1_1)), yt + 24);
            V.Store(V.MinNative(six, V.MaxNative(zero, y2_0)), yt + 32); V.Store(V.MinNative(six, V.MaxNative(zero, y2_1)), yt + 40);
            V.Store(V.MinNative(six, V.MaxNative(zero, y3_0)), yt + 48); V.Store(V.MinNative(six, V.MaxNative(zero, y3_1)), yt + 56);
            V.Store(V.MinNative(six, V.MaxNative(zero, y4_0)), yt + 64); V.Store(V.MinNative(six, V.MaxNative(zero, y4_1)), yt + 72);
        }
    }
}
