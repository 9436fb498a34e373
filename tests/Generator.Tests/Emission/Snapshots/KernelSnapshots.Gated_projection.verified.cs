// Avx512: vectors of 16 floats, 32 registers.
// Pointwise convolution, 20 input channels → 48 output channels, 4 positions.
//   x    [2][4][16]     y  [3][4][16]
//   w    panels of 2 blocks, the last of 1, each biases [32], then weights [20][outputs]     gates  [20]
//   scratch  weights times gates, made before they are used: a panel's, or those of some input channels
//   tile 4 positions × 2 vectors: 8 accumulators + 2 weights + 1 broadcast = 11 of 32 registers
//   sum  bias first, then input channels in order
//   work 2 tasks, panel by panel; tasks first … last − 1 are made here
[MethodImpl(Kernel)]
private static void Projection_20to48_4_Gated(float* x, float* w, float* y, float* gates, float* scratch, nint first, nint last)
{
    if (first < Math.Min(last, 1))
    {
        nint from = first;
        nint to = Math.Min(last, 1);
        float* bp = w + 0 * 672;
        float* wp = bp + 32;
        float* yp = y + 0 * 128;
        float* fetch = bp + 18944;
        // weights times gates
        for (nint k = 0; k < 20; k++)
        {
            var gate = V.Create(gates[k]);
            for (nint n = k * 32; n < (k + 1) * 32; n += 16) V.Store(V.Load(wp + n) * gate, scratch + n);
        }
        {
            const nint position = 0;
            float* xk = x + position;
            float* yt = yp + position;
            float* ahead = fetch;
            float* wk = scratch;
            float* bt = bp;
            var y0a = V.Load(bt); var y0b = V.Load(&bt[16]);
            var y1a = y0a; var y1b = y0b;
            var y2a = y0a; var y2b = y0b;
            var y3a = y0a; var y3b = y0b;
            for (nint k = 0; k < 20; k += 2)
            {
                var wa = V.Load(wk); var wb = V.Load(&wk[16]);
                var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b);
                b = V.Create(xk[16]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b);
                b = V.Create(xk[32]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b);
                b = V.Create(xk[48]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b);
                wa = V.Load(&wk[32]); wb = V.Load(&wk[48]);
                b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b);
                b = V.Create(xk[17]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b);
                b = V.Create(xk[33]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b);
                b = V.Create(xk[49]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b);
                Sse.Prefetch0(ahead); Sse.Prefetch0(&ahead[16]); Sse.Prefetch0(&ahead[32]); Sse.Prefetch0(&ahead[48]); Sse.Prefetch0(&ahead[64]); ahead += 80;
                wk += 64; xk += (k & 14) == 14 ? 50 : 2; // next block of channels
            }
            V.Store(y0a, yt); V.Store(y0b, &yt[64]);
            V.Store(y1a, &yt[16]); V.Store(y1b, &yt[80]);
            V.Store(y2a, &yt[32]); V.Store(y2b, &yt[96]);
            V.Store(y3a, &yt[48]); V.Store(y3b, &yt[112]);
        }
    }
    first = Math.Max(first, 1); // the narrower last panel
    if (first < last)
    {
        nint from = first - 1;
        nint to = last - 1;
        float* bp = w + 1 * 672;
        float* wp = bp + 32;
        float* yp = y + 1 * 128;
        float* fetch = bp + 18944;
        // weights times gates
        for (nint k = 0; k < 20; k++)
        {
            var gate = V.Create(gates[k]);
            for (nint n = k * 16; n < (k + 1) * 16; n += 16) V.Store(V.Load(wp + n) * gate, scratch + n);
        }
        {
            const nint position = 0;
            float* xk = x + position;
            float* yt = yp + position;
            float* ahead = fetch;
            float* wk = scratch;
            float* bt = bp;
            var y0a = V.Load(bt);
            var y1a = y0a;
            var y2a = y0a;
            var y3a = y0a;
            for (nint k = 0; k < 20; k += 2)
            {
                var wa = V.Load(wk);
                var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, wa, y0a);
                b = V.Create(xk[16]); y1a = V.FusedMultiplyAdd(b, wa, y1a);
                b = V.Create(xk[32]); y2a = V.FusedMultiplyAdd(b, wa, y2a);
                b = V.Create(xk[48]); y3a = V.FusedMultiplyAdd(b, wa, y3a);
                wa = V.Load(&wk[16]);
                b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, wa, y0a);
                b = V.Create(xk[17]); y1a = V.FusedMultiplyAdd(b, wa, y1a);
                b = V.Create(xk[33]); y2a = V.FusedMultiplyAdd(b, wa, y2a);
                b = V.Create(xk[49]); y3a = V.FusedMultiplyAdd(b, wa, y3a);
                Sse.Prefetch0(ahead); Sse.Prefetch0(&ahead[16]); Sse.Prefetch0(&ahead[32]); ahead += 48;
                wk += 32; xk += (k & 14) == 14 ? 50 : 2; // next block of channels
            }
            V.Store(y0a, yt);
            V.Store(y1a, &yt[16]);
            V.Store(y2a, &yt[32]);
            V.Store(y3a, &yt[48]);
        }
    }
}
