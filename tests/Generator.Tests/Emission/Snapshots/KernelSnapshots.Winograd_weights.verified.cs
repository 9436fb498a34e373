// Avx512: vectors of 16 floats, 32 registers.
// Weights of the tiles of F(2×2, 3×3): G g Gᵀ of every 3×3 kernel g.
//   w     panels of blocks blocks, panel floats apart: [outputs] biases, then 9 taps, tap floats apart: [rows][outputs]
//   t     panels of blocksOfT blocks, panelOfT floats apart: 16 points, point floats apart: [outputs] biases, of which those of point 5 count, [rows][outputs], the others are zero
//   work  rows, block by block of outputs; rows first … last − 1 are made here, the biases of a block with its first
[MethodImpl(Kernel)]
private static void WinogradWeights(float* w, float* t, nint rows, nint blocks, nint panel, nint tap, nint blocksOfT, nint panelOfT, nint point, nint first, nint last)
{
    var half = V.Create(0.5f);
    unchecked // of a kernel that is turned around tap is negative, and a pointer plus that would be an overflow to a project that checks for it
    {
        for (nint at = first; at < last; at++)
        {
            nint block = at / rows;
            nint row = at - block * rows;
            float* taps = w + block / blocks * panel + block % blocks * 16;
            float* points = t + block / blocksOfT * panelOfT + block % blocksOfT * 16;
            if (row == 0)
            {
                for (nint i = 0; i < 16; i++)
                {
                    V.Store(i == 5 ? V.Load(taps) : Vector512<float>.Zero, points + i * point);
                }
            }
            taps += (row + 1) * blocks * 16;
            points += (row + 1) * blocksOfT * 16;
            // G g, column by column
            var g00 = V.Load(taps); var g10 = V.Load(taps + tap * 3); var g20 = V.Load(taps + tap * 6);
            var outer0 = (g00 + g20) * half; var inner0 = g10 * half;
            var u00 = g00; var u10 = outer0 + inner0; var u20 = outer0 - inner0; var u30 = g20;
            var g01 = V.Load(taps + tap); var g11 = V.Load(taps + tap * 4); var g21 = V.Load(taps + tap * 7);
            var outer1 = (g01 + g21) * half; var inner1 = g11 * half;
            var u01 = g01; var u11 = outer1 + inner1; var u21 = outer1 - inner1; var u31 = g21;
            var g02 = V.Load(taps + tap * 2); var g12 = V.Load(taps + tap * 5); var g22 = V.Load(taps + tap * 8);
            var outer2 = (g02 + g22) * half; var inner2 = g12 * half;
            var u02 = g02; var u12 = outer2 + inner2; var u22 = outer2 - inner2; var u32 = g22;
            // (G g) Gᵀ, row by row
            var outerOf0 = (u00 + u02) * half; var innerOf0 = u01 * half;
            var v00 = u00; var v01 = outerOf0 + innerOf0; var v02 = outerOf0 - innerOf0; var v03 = u02;
            V.Store(v00, points); V.Store(v01, points + point); V.Store(v02, points + point * 2); V.Store(v03, points + point * 3);
            var outerOf1 = (u10 + u12) * half; var innerOf1 = u11 * half;
            var v10 = u10; var v11 = outerOf1 + innerOf1; var v12 = outerOf1 - innerOf1; var v13 = u12;
            V.Store(v10, points + point * 4); V.Store(v11, points + point * 5); V.Store(v12, points + point * 6); V.Store(v13, points + point * 7);
            var outerOf2 = (u20 + u22) * half; var innerOf2 = u21 * half;
            var v20 = u20; var v21 = outerOf2 + innerOf2; var v22 = outerOf2 - innerOf2; var v23 = u22;
            V.Store(v20, points + point * 8); V.Store(v21, points + point * 9); V.Store(v22, points + point * 10); V.Store(v23, points + point * 11);
            var outerOf3 = (u30 + u32) * half; var innerOf3 = u31 * half;
            var v30 = u30; var v31 = outerOf3 + innerOf3; var v32 = outerOf3 - innerOf3; var v33 = u32;
            V.Store(v30, points + point * 12); V.Store(v31, points + point * 13); V.Store(v32, points + point * 14); V.Store(v33, points + point * 15);
        }
    }
}
