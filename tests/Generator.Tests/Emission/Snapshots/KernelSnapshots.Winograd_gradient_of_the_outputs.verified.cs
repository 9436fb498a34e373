// Avx2: vectors of 8 floats, 16 registers.
// Gradients of the outputs of F(2×2, 3×3) for 4 rows of 5, transformed: A dy Aᵀ of every 2×2; zeros beyond the map.
//   dy     [2] blocks, 560 floats apart, of [4][5][16]
//   tiles  [16 points], 208 floats apart, of [2][2][3][16]
//   rows   rows of dy that there are, fewer at the end of a map
[MethodImpl(Kernel)]
private static void WinogradOutputGradient3x3s1_32_4x5_by35(float* dy, float* tiles, nint rows)
{
    var zero = Vector256<float>.Zero;
    for (nint block = 0; block < 2; block++)
    {
        for (nint lane = 0; lane < 16; lane += 8)
        {
            for (nint row = 0; row < rows; row += 2)
            {
                float* from = dy + block * 560 + row * 80 + lane;
                float* to = tiles + block * 96 + row * 24 + lane;
                bool both = row + 1 < rows;
                for (nint tile = 0; tile < 2; tile++)
                {
                    var u0 = V.Load(from); var l0 = both ? V.Load(&from[80]) : zero;
                    var c00 = u0; var c10 = u0 + l0; var c20 = u0 - l0; var c30 = zero - l0;
                    var u1 = V.Load(&from[16]); var l1 = both ? V.Load(&from[96]) : zero;
                    var c01 = u1; var c11 = u1 + l1; var c21 = u1 - l1; var c31 = zero - l1;
                    V.Store(c00, to); V.Store(c00 + c01, &to[208]); V.Store(c00 - c01, &to[416]); V.Store(zero - c01, &to[624]);
                    V.Store(c10, &to[832]); V.Store(c10 + c11, &to[1040]); V.Store(c10 - c11, &to[1248]); V.Store(zero - c11, &to[1456]);
                    V.Store(c20, &to[1664]); V.Store(c20 + c21, &to[1872]); V.Store(c20 - c21, &to[2080]); V.Store(zero - c21, &to[2288]);
                    V.Store(c30, &to[2496]); V.Store(c30 + c31, &to[2704]); V.Store(c30 - c31, &to[2912]); V.Store(zero - c31, &to[3120]);
                    from += 32; to += 16;
                }
                {
                    var u0 = V.Load(from); var l0 = both ? V.Load(&from[80]) : zero;
                    var c00 = u0; var c10 = u0 + l0; var c20 = u0 - l0; var c30 = zero - l0;
                    V.Store(c00, to); V.Store(c00, &to[208]); V.Store(c00, &to[416]); V.Store(zero, &to[624]);
                    V.Store(c10, &to[832]); V.Store(c10, &to[1040]); V.Store(c10, &to[1248]); V.Store(zero, &to[1456]);
                    V.Store(c20, &to[1664]); V.Store(c20, &to[1872]); V.Store(c20, &to[2080]); V.Store(zero, &to[2288]);
                    V.Store(c30, &to[2496]); V.Store(c30, &to[2704]); V.Store(c30, &to[2912]); V.Store(zero, &to[3120]);
                }
            }
        }
    }
}
