// Avx2: vectors of 8 floats, 16 registers.
// Pointwise convolution, 8 input channels → 32 output channels, 5 positions.
//   x    [1] blocks, 80 floats apart, of [position][16]
//   w    [8][32]
//   y    [2] blocks, 112 floats apart, of [position][16]
//   tile 5 positions × 2 vectors: 10 accumulators + 2 weights + 1 broadcast = 13 of 16 registers
//   sum  bias first, then input channels in order
[MethodImpl(Kernel)]
private static void Pointwise_8to32_5_of5_by7_Relu6(float* x, float* w, float* bias, float* y)
{
    var zero = Vector256<float>.Zero;
    var six = V.Create(6f);
    {
        const nint position = 0;
        float* xt = x + position;
        float* yt = y + position;
        for (nint channel = 0; channel < 32; channel += 16)
        {
            float* wk = w + channel;
            float* bt = bias + channel;
            float* yc = yt + channel * 7;
            var y0a = V.Load(bt); var y0b = V.Load(&bt[8]);
            var y1a = y0a; var y1b = y0b;
            var y2a = y0a; var y2b = y0b;
            var y3a = y0a; var y3b = y0b;
            var y4a = y0a; var y4b = y0b;
            float* xk = xt;
            for (nint k = 0; k < 8; k += 2)
            {
                var wa = V.Load(wk); var wb = V.Load(&wk[8]);
                var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b);
                b = V.Create(xk[16]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b);
                b = V.Create(xk[32]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b);
                b = V.Create(xk[48]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b);
                b = V.Create(xk[64]); y4a = V.FusedMultiplyAdd(b, wa, y4a); y4b = V.FusedMultiplyAdd(b, wb, y4b);
                wa = V.Load(&wk[32]); wb = V.Load(&wk[40]);
                b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b);
                b = V.Create(xk[17]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b);
                b = V.Create(xk[33]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b);
                b = V.Create(xk[49]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b);
                b = V.Create(xk[65]); y4a = V.FusedMultiplyAdd(b, wa, y4a); y4b = V.FusedMultiplyAdd(b, wb, y4b);
                wk += 64; xk += 2;
            }
            V.Store(V.MinNative(six, V.MaxNative(zero, y0a)), yc); V.Store(V.MinNative(six, V.MaxNative(zero, y0b)), &yc[8]);
            V.Store(V.MinNative(six, V.MaxNative(zero, y1a)), &yc[16]); V.Store(V.MinNative(six, V.MaxNative(zero, y1b)), &yc[24]);
            V.Store(V.MinNative(six, V.MaxNative(zero, y2a)), &yc[32]); V.Store(V.MinNative(six, V.MaxNative(zero, y2b)), &yc[40]);
            V.Store(V.MinNative(six, V.MaxNative(zero, y3a)), &yc[48]); V.Store(V.MinNative(six, V.MaxNative(zero, y3b)), &yc[56]);
            V.Store(V.MinNative(six, V.MaxNative(zero, y4a)), &yc[64]); V.Store(V.MinNative(six, V.MaxNative(zero, y4b)), &yc[72]);
        }
    }
}
