// Avx512: vectors of 16 floats, 32 registers.
// Inputs of the tiles of F(2×2, 3×3) for 4 rows of 6 outputs, transformed: Bᵀ d B of every 4×4 inputs d; zeros beyond the map.
//   x      [2][7][6][16]
//   tiles  [16 points], 208 floats apart, of [2][2][3][16]; behind them zeros
//   band   which 4 rows of 7
[MethodImpl(Kernel)]
private static void WinogradInput3x3s1_24_7x6_4x6(float* x, float* tiles, nint band)
{
    float* zeros = tiles + 3328;
    V.Store(Vector512<float>.Zero, zeros);
    for (nint block = 0; block < 2; block++)
    {
        for (nint row = 0; row < 2; row++)
        {
            nint top = band * 4 + row * 2 - 1;
            float* map = x + block * 672;
            float* x0 = top >= 0 ? map + top * 96 : zeros; nint step0 = top >= 0 ? 16 : 0;
            float* x1 = top + 1 < 7 ? map + (top + 1) * 96 : zeros; nint step1 = top + 1 < 7 ? 16 : 0;
            float* x2 = top + 2 < 7 ? map + (top + 2) * 96 : zeros; nint step2 = top + 2 < 7 ? 16 : 0;
            float* x3 = top + 3 < 7 ? map + (top + 3) * 96 : zeros; nint step3 = top + 3 < 7 ? 16 : 0;
            float* to = tiles + block * 96 + row * 48;
            // Bᵀ d: the map's columns from that before the first on, a tile's being a, b, c, d
            var a0 = Vector512<float>.Zero; var a1 = Vector512<float>.Zero; var a2 = Vector512<float>.Zero; var a3 = Vector512<float>.Zero;
            var p = V.Load(x0); var q = V.Load(x1); var r = V.Load(x2); var s = V.Load(x3);
            var b0 = p - r; var b1 = q + r; var b2 = r - q; var b3 = q - s;
            x0 += step0; x1 += step1; x2 += step2; x3 += step3;
            for (nint tile = 1; tile < 3; tile++)
            {
                p = V.Load(x0); q = V.Load(x1); r = V.Load(x2); s = V.Load(x3);
                var c0 = p - r; var c1 = q + r; var c2 = r - q; var c3 = q - s;
                x0 += step0; x1 += step1; x2 += step2; x3 += step3;
                p = V.Load(x0); q = V.Load(x1); r = V.Load(x2); s = V.Load(x3);
                var d0 = p - r; var d1 = q + r; var d2 = r - q; var d3 = q - s;
                x0 += step0; x1 += step1; x2 += step2; x3 += step3;
                V.Store(a0 - c0, to); V.Store(b0 + c0, &to[208]); V.Store(c0 - b0, &to[416]); V.Store(b0 - d0, &to[624]);
                V.Store(a1 - c1, &to[832]); V.Store(b1 + c1, &to[1040]); V.Store(c1 - b1, &to[1248]); V.Store(b1 - d1, &to[1456]);
                V.Store(a2 - c2, &to[1664]); V.Store(b2 + c2, &to[1872]); V.Store(c2 - b2, &to[2080]); V.Store(b2 - d2, &to[2288]);
                V.Store(a3 - c3, &to[2496]); V.Store(b3 + c3, &to[2704]); V.Store(c3 - b3, &to[2912]); V.Store(b3 - d3, &to[3120]);
                a0 = c0; b0 = d0; a1 = c1; b1 = d1; a2 = c2; b2 = d2; a3 = c3; b3 = d3;
                to += 16;
            }
            // the last tile, whose last column is beyond the map
            p = V.Load(x0); q = V.Load(x1); r = V.Load(x2); s = V.Load(x3);
            var last0 = p - r; var last1 = q + r; var last2 = r - q; var last3 = q - s;
            V.Store(a0 - last0, to); V.Store(b0 + last0, &to[208]); V.Store(last0 - b0, &to[416]); V.Store(b0, &to[624]);
            V.Store(a1 - last1, &to[832]); V.Store(b1 + last1, &to[1040]); V.Store(last1 - b1, &to[1248]); V.Store(b1, &to[1456]);
            V.Store(a2 - last2, &to[1664]); V.Store(b2 + last2, &to[1872]); V.Store(last2 - b2, &to[2080]); V.Store(b2, &to[2288]);
            V.Store(a3 - last3, &to[2496]); V.Store(b3 + last3, &to[2704]); V.Store(last3 - b3, &to[2912]); V.Store(b3, &to[3120]);
        }
    }
}
