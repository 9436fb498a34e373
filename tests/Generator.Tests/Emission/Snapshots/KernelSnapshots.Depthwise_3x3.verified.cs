// Portable: vectors of 4 floats, 16 registers.
// Depthwise convolution 3×3, stride 2, blocks of 16 channels, one row of 3 outputs.
//   x0 … x2  the input rows under the kernel, zero borders included: [blocks], 112 floats apart, of [column][16]
//   w    [blocks][9 taps, then bias][16]     y  [blocks], 144 floats apart
//   tile 3 columns × 1 vector: 3 accumulators + 3 taps + 1 input = 7 of 16 registers
//   sum  bias first, then row by row, left to right
[MethodImpl(Kernel)]
private static void Depthwise3x3s2_3_from7_by9(float* x0, float* x1, float* x2, float* w, float* y, nint blocks)
{
    for (nint block = 0; block < blocks; block++)
    {
        for (nint lane = 0; lane < 16; lane += 4)
        {
            {
                const nint position = 0;
                float* wt = w + block * 160 + lane;
                nint from = position * 2 + block * 112 + lane;
                float* yt = y + position + block * 144 + lane;
                var y0 = V.Load(wt + 144);
                var y1 = y0; var y2 = y0;
                // kernel row 0
                var w0 = V.Load(wt); var w1 = V.Load(&wt[16]); var w2 = V.Load(&wt[32]);
                float* xt = x0 + from;
                var b = V.Load(xt); y0 = V.MultiplyAddEstimate(b, w0, y0);
                b = V.Load(&xt[16]); y0 = V.MultiplyAddEstimate(b, w1, y0);
                b = V.Load(&xt[32]); y1 = V.MultiplyAddEstimate(b, w0, y1); y0 = V.MultiplyAddEstimate(b, w2, y0);
                b = V.Load(&xt[48]); y1 = V.MultiplyAddEstimate(b, w1, y1);
                b = V.Load(&xt[64]); y2 = V.MultiplyAddEstimate(b, w0, y2); y1 = V.MultiplyAddEstimate(b, w2, y1);
                b = V.Load(&xt[80]); y2 = V.MultiplyAddEstimate(b, w1, y2);
                b = V.Load(&xt[96]); y2 = V.MultiplyAddEstimate(b, w2, y2);
                // kernel row 1
                w0 = V.Load(&wt[48]); w1 = V.Load(&wt[64]); w2 = V.Load(&wt[80]);
                xt = x1 + from;
                b = V.Load(xt); y0 = V.MultiplyAddEstimate(b, w0, y0);
                b = V.Load(&xt[16]); y0 = V.MultiplyAddEstimate(b, w1, y0);
                b = V.Load(&xt[32]); y1 = V.MultiplyAddEstimate(b, w0, y1); y0 = V.MultiplyAddEstimate(b, w2, y0);
                b = V.Load(&xt[48]); y1 = V.MultiplyAddEstimate(b, w1, y1);
                b = V.Load(&xt[64]); y2 = V.MultiplyAddEstimate(b, w0, y2); y1 = V.MultiplyAddEstimate(b, w2, y1);
                b = V.Load(&xt[80]); y2 = V.MultiplyAddEstimate(b, w1, y2);
                b = V.Load(&xt[96]); y2 = V.MultiplyAddEstimate(b, w2, y2);
                // kernel row 2
                w0 = V.Load(&wt[96]); w1 = V.Load(&wt[112]); w2 = V.Load(&wt[128]);
                xt = x2 + from;
                b = V.Load(xt); y0 = V.MultiplyAddEstimate(b, w0, y0);
                b = V.Load(&xt[16]); y0 = V.MultiplyAddEstimate(b, w1, y0);
                b = V.Load(&xt[32]); y1 = V.MultiplyAddEstimate(b, w0, y1); y0 = V.MultiplyAddEstimate(b, w2, y0);
                b = V.Load(&xt[48]); y1 = V.MultiplyAddEstimate(b, w1, y1);
                b = V.Load(&xt[64]); y2 = V.MultiplyAddEstimate(b, w0, y2); y1 = V.MultiplyAddEstimate(b, w2, y1);
                b = V.Load(&xt[80]); y2 = V.MultiplyAddEstimate(b, w1, y2);
                b = V.Load(&xt[96]); y2 = V.MultiplyAddEstimate(b, w2, y2);
                V.Store(y0, yt);
                V.Store(y1, &yt[16]);
                V.Store(y2, &yt[32]);
            }
        }
    }
}
