// Avx2: vectors of 8 floats, 16 registers.
// Stem convolution 3×3, stride 2, 3 → 16 channels, one row of 2 outputs.
//   x    [3][3 rows][16]: the image rows under the kernel, zero borders included
//   w    [3][3][3][16]     y  [1] blocks, 32 floats apart
//   tile 2 positions × 2 vectors: 4 accumulators + 6 weights of a kernel row + 1 broadcast = 11 of 16 registers
//        each image column is broadcast once per kernel row and used by every output that needs it
//   sum  bias first, then colour by colour, row by row, left to right
[MethodImpl(Kernel)]
private static void Stem3x3s2_3to16_2_by2_Relu(float* x, float* w, float* bias, float* y)
{
    var zero = Vector256<float>.Zero;
    {
        const nint position = 0;
        var y0a = V.Load(bias + 0);
        var y0b = V.Load(bias + 8);
        var y1a = y0a; var y1b = y0b;
        float* xk = x + position / 16 * 2;
        float* wk = w;
        for (nint colour = 0; colour < 3; colour++)
        {
            // kernel row 0
            var w0a = V.Load(wk); var w0b = V.Load(&wk[8]);
            var w1a = V.Load(&wk[16]); var w1b = V.Load(&wk[24]);
            var w2a = V.Load(&wk[32]); var w2b = V.Load(&wk[40]);
            var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, w0a, y0a); y0b = V.FusedMultiplyAdd(b, w0b, y0b);
            b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, w1a, y0a); y0b = V.FusedMultiplyAdd(b, w1b, y0b);
            b = V.Create(xk[2]); y1a = V.FusedMultiplyAdd(b, w0a, y1a); y1b = V.FusedMultiplyAdd(b, w0b, y1b); y0a = V.FusedMultiplyAdd(b, w2a, y0a); y0b = V.FusedMultiplyAdd(b, w2b, y0b);
            b = V.Create(xk[3]); y1a = V.FusedMultiplyAdd(b, w1a, y1a); y1b = V.FusedMultiplyAdd(b, w1b, y1b);
            b = V.Create(xk[4]); y1a = V.FusedMultiplyAdd(b, w2a, y1a); y1b = V.FusedMultiplyAdd(b, w2b, y1b);
            // kernel row 1
            w0a = V.Load(&wk[48]); w0b = V.Load(&wk[56]);
            w1a = V.Load(&wk[64]); w1b = V.Load(&wk[72]);
            w2a = V.Load(&wk[80]); w2b = V.Load(&wk[88]);
            b = V.Create(xk[16]); y0a = V.FusedMultiplyAdd(b, w0a, y0a); y0b = V.FusedMultiplyAdd(b, w0b, y0b);
            b = V.Create(xk[17]); y0a = V.FusedMultiplyAdd(b, w1a, y0a); y0b = V.FusedMultiplyAdd(b, w1b, y0b);
            b = V.Create(xk[18]); y1a = V.FusedMultiplyAdd(b, w0a, y1a); y1b = V.FusedMultiplyAdd(b, w0b, y1b); y0a = V.FusedMultiplyAdd(b, w2a, y0a); y0b = V.FusedMultiplyAdd(b, w2b, y0b);
            b = V.Create(xk[19]); y1a = V.FusedMultiplyAdd(b, w1a, y1a); y1b = V.FusedMultiplyAdd(b, w1b, y1b);
            b = V.Create(xk[20]); y1a = V.FusedMultiplyAdd(b, w2a, y1a); y1b = V.FusedMultiplyAdd(b, w2b, y1b);
            // kernel row 2
            w0a = V.Load(&wk[96]); w0b = V.Load(&wk[104]);
            w1a = V.Load(&wk[112]); w1b = V.Load(&wk[120]);
            w2a = V.Load(&wk[128]); w2b = V.Load(&wk[136]);
            b = V.Create(xk[32]); y0a = V.FusedMultiplyAdd(b, w0a, y0a); y0b = V.FusedMultiplyAdd(b, w0b, y0b);
            b = V.Create(xk[33]); y0a = V.FusedMultiplyAdd(b, w1a, y0a); y0b = V.FusedMultiplyAdd(b, w1b, y0b);
            b = V.Create(xk[34]); y1a = V.FusedMultiplyAdd(b, w0a, y1a); y1b = V.FusedMultiplyAdd(b, w0b, y1b); y0a = V.FusedMultiplyAdd(b, w2a, y0a); y0b = V.FusedMultiplyAdd(b, w2b, y0b);
            b = V.Create(xk[35]); y1a = V.FusedMultiplyAdd(b, w1a, y1a); y1b = V.FusedMultiplyAdd(b, w1b, y1b);
            b = V.Create(xk[36]); y1a = V.FusedMultiplyAdd(b, w2a, y1a); y1b = V.FusedMultiplyAdd(b, w2b, y1b);
            xk += 48;
            wk += 144;
        }
        float* yt = y + position;
        V.Store(V.MaxNative(zero, y0a), yt + 0); V.Store(V.MaxNative(zero, y0b), yt + 8);
        V.Store(V.MaxNative(zero, y1a), yt + 16); V.Store(V.MaxNative(zero, y1b), yt + 24);
    }
}
