// Avx2: vectors of 8 floats, 16 registers.
// Pointwise convolution, 160 or 144 input channels → 48 output channels, 4 positions.
//   x    [10][4][16]     y  [3][4][16]
//   w    panels of 3 blocks, each biases [outputs], then weights [160][outputs]     gates  [160]
//   scratch  weights times gates, made before they are used: a panel's, or those of some input channels
//   tile 4 positions × 3 vectors: 12 accumulators + 3 weights + 1 broadcast = 16 of 16 registers
//   sum  bias first, then input channels in order
//   work 1 tasks, panel by panel; tasks first … last − 1 are made here
[MethodImpl(Kernel)]
private static void Projection_160or144to48_4_Gated(float* x, float* w, float* y, nint channels, float* gates, float* scratch, nint first, nint last)
{
    if (first < last)
    {
        nint from = first;
        nint to = last;
        float* bp = w + 0 * 7728;
        float* wp = bp + 48;
        float* yp = y + 0 * 192;
        float* fetch = bp + 18944;
        // weights times gates
        for (nint k = 0; k < channels; k++)
        {
            var gate = V.Create(gates[k]);
            for (nint n = k * 48; n < (k + 1) * 48; n += 8) V.Store(V.Load(wp + n) * gate, scratch + n);
        }
        {
            const nint position = 0;
            float* xt = x + position;
            float* yt = yp + position;
            float* ahead = fetch;
            for (nint channel = 0; channel < 48; channel += 24)
            {
                float* wk = scratch + channel;
                float* bt = bp + channel;
                nint toa = channel / 16 * 64 + channel % 16;
                nint tob = (channel + 8) / 16 * 64 + (channel + 8) % 16;
                nint toc = (channel + 16) / 16 * 64 + (channel + 16) % 16;
                var y0a = V.Load(bt); var y0b = V.Load(&bt[8]); var y0c = V.Load(&bt[16]);
                var y1a = y0a; var y1b = y0b; var y1c = y0c;
                var y2a = y0a; var y2b = y0b; var y2c = y0c;
                var y3a = y0a; var y3b = y0b; var y3c = y0c;
                float* xk = xt;
                for (nint k = 0; k < channels; k += 2)
                {
                    var wa = V.Load(wk); var wb = V.Load(&wk[8]); var wc = V.Load(&wk[16]);
                    var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b); y0c = V.FusedMultiplyAdd(b, wc, y0c);
                    b = V.Create(xk[16]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b); y1c = V.FusedMultiplyAdd(b, wc, y1c);
                    b = V.Create(xk[32]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b); y2c = V.FusedMultiplyAdd(b, wc, y2c);
                    b = V.Create(xk[48]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b); y3c = V.FusedMultiplyAdd(b, wc, y3c);
                    wa = V.Load(&wk[48]); wb = V.Load(&wk[56]); wc = V.Load(&wk[64]);
                    b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b); y0c = V.FusedMultiplyAdd(b, wc, y0c);
                    b = V.Create(xk[17]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b); y1c = V.FusedMultiplyAdd(b, wc, y1c);
                    b = V.Create(xk[33]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b); y2c = V.FusedMultiplyAdd(b, wc, y2c);
                    b = V.Create(xk[49]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b); y3c = V.FusedMultiplyAdd(b, wc, y3c);
                    Sse.Prefetch0(ahead); Sse.Prefetch0(&ahead[16]); Sse.Prefetch0(&ahead[32]); Sse.Prefetch0(&ahead[48]); ahead += 64;
                    wk += 96; xk += (k & 14) == 14 ? 50 : 2; // next block of channels
                }
                V.Store(y0a, yt + toa); V.Store(y0b, yt + tob); V.Store(y0c, yt + toc);
                V.Store(y1a, yt + toa + 16); V.Store(y1b, yt + tob + 16); V.Store(y1c, yt + toc + 16);
                V.Store(y2a, yt + toa + 32); V.Store(y2b, yt + tob + 32); V.Store(y2c, yt + toc + 32);
                V.Store(y3a, yt + toa + 48); V.Store(y3b, yt + tob + 48); V.Store(y3c, yt + toc + 48);
            }
        }
    }
}
