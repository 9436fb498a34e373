// Avx2: vectors of 8 floats, 16 registers.
// Pointwise convolution, 144 input channels → 48 output channels, 4 rows of 7 positions.
//   x    [9] blocks, 448 floats apart, of [position][16]
//   w    [144][48]
//   y    [3] blocks, 144 floats apart, of [position][16]; rows 432 floats apart
//   tile 4 positions × 3 vectors, the last 1 tile of 3: 12 accumulators + 3 weights + 1 broadcast = 16 of 16 registers
//   part 80 input channels at a time, 15 KiB of weights; the sums wait in y
//   sum  bias first, then input channels in order
[MethodImpl(Kernel)]
private static void Pointwise_144to48_4x7_of28_by9(float* x, float* w, float* bias, float* y)
{
    // the sums begin with the bias
    for (nint channel = 0; channel < 48; channel += 8)
    {
        for (nint row = 0; row < 4; row++)
        {
            nint start = channel / 16 * 144 + channel % 16 + row * 432;
            for (nint at = start; at < start + 112; at += 16) V.Store(V.Load(bias + channel), y + at);
        }
    }
    for (nint part = 0; part < 144; part += 80)
    {
        nint end = Math.Min(144, part + 80);
        float* weights = w + part * 48;
        for (nint row = 0; row < 4; row++)
        {
            for (nint tile = 0; tile < 1; tile++)
            {
                nint position = tile * 64;
                float* xt = x + position + row * 112 + part * 28;
                float* yt = y + position + row * 432;
                for (nint channel = 0; channel < 48; channel += 24)
                {
                    float* wk = weights + channel;
                    nint toa = channel / 16 * 144 + channel % 16;
                    nint tob = (channel + 8) / 16 * 144 + (channel + 8) % 16;
                    nint toc = (channel + 16) / 16 * 144 + (channel + 16) % 16;
                    var y0a = V.Load(yt + toa); var y0b = V.Load(yt + tob); var y0c = V.Load(yt + toc);
                    var y1a = V.Load(yt + toa + 16); var y1b = V.Load(yt + tob + 16); var y1c = V.Load(yt + toc + 16);
                    var y2a = V.Load(yt + toa + 32); var y2b = V.Load(yt + tob + 32); var y2c = V.Load(yt + toc + 32);
                    var y3a = V.Load(yt + toa + 48); var y3b = V.Load(yt + tob + 48); var y3c = V.Load(yt + toc + 48);
                    float* xk = xt;
                    for (nint k = part; k < end; k += 2)
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
                        wk += 96; xk += (k & 14) == 14 ? 434 : 2; // next block of channels
                    }
                    V.Store(y0a, yt + toa); V.Store(y0b, yt + tob); V.Store(y0c, yt + toc);
                    V.Store(y1a, yt + toa + 16); V.Store(y1b, yt + tob + 16); V.Store(y1c, yt + toc + 16);
                    V.Store(y2a, yt + toa + 32); V.Store(y2b, yt + tob + 32); V.Store(y2c, yt + toc + 32);
                    V.Store(y3a, yt + toa + 48); V.Store(y3b, yt + tob + 48); V.Store(y3c, yt + toc + 48);
                }
            }
            for (nint tile = 1; tile < 2; tile++) // the lower tiles
            {
                nint position = tile * 48 + 16;
                float* xt = x + position + row * 112 + part * 28;
                float* yt = y + position + row * 432;
                for (nint channel = 0; channel < 48; channel += 24)
                {
                    float* wk = weights + channel;
                    nint toa = channel / 16 * 144 + channel % 16;
                    nint tob = (channel + 8) / 16 * 144 + (channel + 8) % 16;
                    nint toc = (channel + 16) / 16 * 144 + (channel + 16) % 16;
                    var y0a = V.Load(yt + toa); var y0b = V.Load(yt + tob); var y0c = V.Load(yt + toc);
                    var y1a = V.Load(yt + toa + 16); var y1b = V.Load(yt + tob + 16); var y1c = V.Load(yt + toc + 16);
                    var y2a = V.Load(yt + toa + 32); var y2b = V.Load(yt + tob + 32); var y2c = V.Load(yt + toc + 32);
                    float* xk = xt;
                    for (nint k = part; k < end; k += 2)
                    {
                        var wa = V.Load(wk); var wb = V.Load(&wk[8]); var wc = V.Load(&wk[16]);
                        var b = V.Create(xk[0]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b); y0c = V.FusedMultiplyAdd(b, wc, y0c);
                        b = V.Create(xk[16]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b); y1c = V.FusedMultiplyAdd(b, wc, y1c);
                        b = V.Create(xk[32]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b); y2c = V.FusedMultiplyAdd(b, wc, y2c);
                        wa = V.Load(&wk[48]); wb = V.Load(&wk[56]); wc = V.Load(&wk[64]);
                        b = V.Create(xk[1]); y0a = V.FusedMultiplyAdd(b, wa, y0a); y0b = V.FusedMultiplyAdd(b, wb, y0b); y0c = V.FusedMultiplyAdd(b, wc, y0c);
                        b = V.Create(xk[17]); y1a = V.FusedMultiplyAdd(b, wa, y1a); y1b = V.FusedMultiplyAdd(b, wb, y1b); y1c = V.FusedMultiplyAdd(b, wc, y1c);
                        b = V.Create(xk[33]); y2a = V.FusedMultiplyAdd(b, wa, y2a); y2b = V.FusedMultiplyAdd(b, wb, y2b); y2c = V.FusedMultiplyAdd(b, wc, y2c);
                        wk += 96; xk += (k & 14) == 14 ? 434 : 2; // next block of channels
                    }
                    V.Store(y0a, yt + toa); V.Store(y0b, yt + tob); V.Store(y0c, yt + toc);
                    V.Store(y1a, yt + toa + 16); V.Store(y1b, yt + tob + 16); V.Store(y1c, yt + toc + 16);
                    V.Store(y2a, yt + toa + 32); V.Store(y2b, yt + tob + 32); V.Store(y2c, yt + toc + 32);
                }
            }
        }
    }
}
