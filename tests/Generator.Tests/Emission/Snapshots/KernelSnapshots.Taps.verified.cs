// Avx512: vectors of 16 floats, 32 registers.
// Inputs under the taps of a 3×3 kernel, stride 1, for 2 rows of 3 outputs; zeros beyond the map.
//   x     [2][4][3][16]
//   taps  channel (ky · 3 + kx) · 24 + c of [14][6][16]
//   band  which 2 rows of 4
[MethodImpl(Kernel)]
private static void Taps3x3s1_24_4x3_2x3(float* x, float* taps, nint band)
{
    for (nint row = 0; row < 2; row++)
    {
        for (nint ky = 0; ky < 3; ky++)
        {
            nint from = (band * 2 + row) + ky - 1;
            bool inside = from >= 0 && from < 4;
            for (nint c = 0; c < 24; c += 8)
            {
                float* at = x + c / 16 * 192 + Math.Max(from, 0) * 48 + c % 16;
                for (nint kx = 0; kx < 3; kx++)
                {
                    nint channel = (ky * 3 + kx) * 24 + c;
                    float* to = taps + channel / 16 * 96 + channel % 16 + row * 48;
                    nint first = inside ? Math.Min(3, Math.Max(0, 1 - kx)) : 3;
                    nint last = Math.Min(3, 4 - kx);
                    nint column = 0;
                    for (; column < first; column++) Vector256.Store(Vector256<float>.Zero, to + column * 16);
                    for (; column < last; column++) Vector256.Store(Vector256.Load(at + (column + kx - 1) * 16), to + column * 16);
                    for (; column < 3; column++) Vector256.Store(Vector256<float>.Zero, to + column * 16);
                }
            }
        }
    }
}
