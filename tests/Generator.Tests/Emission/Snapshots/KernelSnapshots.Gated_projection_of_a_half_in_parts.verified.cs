// Avx2: vectors of 8 floats, 16 registers.
// Pointwise convolution, 160 or 144 input channels → 48 output channels, 24 positions.
//   x    [10][24][16]     y  [3][24][16]
//   w    panels of 3 blocks, each biases [48], then weights [160][outputs]     gates  [160]
//   scratch  weights times gates, made before they are used: a panel's, or those of some input channels
//   tile 6 positions × 2 vectors: 12 accumulators + 2 weights + 1 broadcast = 15 of 16 registers
//   part 80 input channels at a time, 15 KiB of weights; the sums wait in y
//   sum  bias first, then input channels in order
//   work 4 tasks, panel by panel; tasks first … last − 1 are made here
[MethodImpl(Kernel)]
private static void Projection_160or144to48_24_Gated(float* x, float* w, float* y, nint channels, float* gates, float* scratch, nint first, nint last)
{
    if (first < last)
    {
        nint from = first;
        nint to = last;
        float* bp = w + 0 * 7728;
        float* wp = bp + 48;
        float* yp = y + 0 * 1152;
        float* fetch = bp + 18944;
        // the sums begin with the bias
        for (nint channel = 0; channel < 48; channel += 8)
        {
            nint start = channel / 16 * 384 + channel % 16;
            for (nint at = start + from * 96; at < start + to * 96; at += 16) V.Store(V.Load(bp + channel), yp + at);
        }
        for (nint part = 0; part < channels; part += 80)
        {
            nint end = Math.Min(channels, part + 80);
            float* weights = wp + part * 48;
            // weights times gates
            for (nint k = 0; k < end - part; k++)
            {
                var gate = V.Create(gates[part + k]);
                for (nint n = k * 48; n < (k + 1) * 48; n += 8) V.Store(V.Load(weights + n) * gate, scratch + n);
            }
            for (nint tile = from; tile < to; tile++)
            {
                nint position = tile * 96;
                float* xt = x + position + part * 24;
                float* yt = yp + position;
                float* ahead = fetch + part / 80 * 4320 + tile * 1080;
                for (nint channel = 0; channel < 48; channel += 16)
                {
                    float* wk = scratch + channel;
                    float* yc = yt + channel * 24;
                    var y0a = V.Load(yc); var y0b = V.Load(&yc[8]);
                    var y1a = V.Load(&yc[16]); var y1b = V.Load(&yc[24]);
                    var y2a = V.Load(&yc[32]); var y2b = V.Load(&yc[40]);
                    var y3a = V.Load(&yc[48]); var y3b = V.Load(&yc[56]);
                    var y4a = V.Load(&yc[64]); var y4b = V.Load(&yc[72]);
                    var y5a = V.Load(&yc[80]); var y5b = V.Load(&yc[88]);
                    float* xk = xt;
                    for (nint k = part; k < end; k += 2)
                    {
                        var wa = V.Load(wk); var wb = V.Load(&wk[8]);
                        var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b);
                        b = V.Create(xk[16]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b);
                        b = V.Create(xk[32]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b);
                        b = V.Create(xk[48]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b);
                        b = V.Create(xk[64]); y4a = V.FusedMultiplyAdd(b, wa, y4a); y4b = V.FusedMultiplyAdd(b, wb, y4b);
                        b = V.Create(xk[80]); y5a = V.FusedMultiplyAdd(b, wa, y5a); y5b = V.FusedMultiplyAdd(b, wb, y5b);
                        wa = V.Load(&wk[48]); wb = V.Load(&wk[56]);
                        b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b);
                        b = V.Create(xk[17]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b);
                        b = V.Create(xk[33]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b);
                        b = V.Create(xk[49]); y3a = V.FusedMultiplyAdd(b, wa, y3a); y3b = V.FusedMultiplyAdd(b, wb, y3b);
                        b = V.Create(xk[65]); y4a = V.FusedMultiplyAdd(b, wa, y4a); y4b = V.FusedMultiplyAdd(b, wb, y4b);
                        b = V.Create(xk[81]); y5a = V.FusedMultiplyAdd(b, wa, y5a); y5b = V.FusedMultiplyAdd(b, wb, y5b);
                        Sse.Prefetch0(ahead); ahead += 9;
                        wk += 96; xk += (k & 14) == 14 ? 370 : 2; // next block of channels
                    }
                    V.Store(y0a, yc); V.Store(y0b, &yc[8]);
                    V.Store(y1a, &yc[16]); V.Store(y1b, &yc[24]);
                    V.Store(y2a, &yc[32]); V.Store(y2b, &yc[40]);
                    V.Store(y3a, &yc[48]); V.Store(y3b, &yc[56]);
                    V.Store(y4a, &yc[64]); V.Store(y4b, &yc[72]);
                    V.Store(y5a, &yc[80]); V.Store(y5b, &yc[88]);
                }
            }
        }
    }
}
