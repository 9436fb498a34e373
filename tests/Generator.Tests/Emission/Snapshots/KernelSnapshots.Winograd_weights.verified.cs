// Avx512: vectors of 16 floats, 32 registers.
// Weights of the tiles of F(2×2, 3×3): G g Gᵀ of every 3×3 kernel g.
//   w     panels of blocks blocks, panel floats apart: [outputs] biases, then 9 taps, tap floats apart: [rows][outputs]
//   t     panels of blocksOfT blocks, panelOfT floats apart: 16 points, point floats apart: [outputs] biases, zero but for point 5, [rows][outputs]
//   work  rows, block by block of outputs; rows first … last − 1 are made here, the biases of a block with its first
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void WinogradWeights(float* w, float* t, nint rows, nint blocks, nint panel, nint tap, nint blocksOfT, nint panelOfT, nint point, nint first, nint last)
{
    var half = V.Create(0.5f);
    for (nint at = first; at < last; at++)
    {
        nint block = at / rows;
        nint row = at - block * rows;
        float* from = w + block / blocks * panel + block % blocks * 16;
        float* to = t + block / blocksOfT * panelOfT + block % blocksOfT * 16;
        if (row == 0)
        {
            for (nint i = 0; i < 16; i++)
            {
                V.Store(i == 5 ? V.Load(from) : Vector512<float>.Zero, to + i * point);
            }
        }
        from += (row + 1) * blocks * 16;
        to += (row + 1) * blocksOfT * 16;
        // G g, column by column
        var g00 = V.Load(from); var g10 = V.Load(from + tap * 3); var g20 = V.Load(from + tap * 6);
        var outer0 = (g00 + g20) * half; var inner0 = g10 * half;
        var u00 = g00; var u10 = outer0 + inner0; var u20 = outer0 - inner0; var u30 = g20;
        var g01 = V.Load(from + tap); var g11 = V.Load(from + tap * 4); var g21 = V.Load(from + tap * 7);
        var outer1 = (g01 + g21) * half; var inner1 = g11 * half;
        var u01 = g01; var u11 = outer1 + inner1; var u21 = outer1 - inner1; var u31 = g21;
        var g02 = V.Load(from + tap * 2); var g12 = V.Load(from + tap * 5); var g22 = V.Load(from + tap * 8);
        var outer2 = (g02 + g22) * half; var inner2 = g12 * half;
        var u02 = g02; var u12 = outer2 + inner2; var u22 = outer2 - inner2; var u32 = g22;
        // (G g) Gᵀ, row by row
        var outerOf0 = (u00 + u02) * half; var innerOf0 = u01 * half;
        var v00 = u00; var v01 = outerOf0 + innerOf0; var v02 = outerOf0 - innerOf0; var v03 = u02;
        V.Store(v00, to); V.Store(v01, to + point); V.Store(v02, to + point * 2); V.Store(v03, to + point * 3);
        var outerOf1 = (u10 + u12) * half; var innerOf1 = u11 * half;
        var v10 = u10; var v11 = outerOf1 + innerOf1; var v12 = outerOf1 - innerOf1; var v13 = u12;
        V.Store(v10, to + point * 4); V.Store(v11, to + point * 5); V.Store(v12, to + point * 6); V.Store(v13, to + point * 7);
        var outerOf2 = (u20 + u22) * half; var innerOf2 = u21 * half;
        var v20 = u20; var v21 = outerOf2 + innerOf2; var v22 = outerOf2 - innerOf2; var v23 = u22;
        V.Store(v20, to + point * 8); V.Store(v21, to + point * 9); V.Store(v22, to + point * 10); V.Store(v23, to + point * 11);
        var outerOf3 = (u30 + u32) * half; var innerOf3 = u31 * half;
        var v30 = u30; var v31 = outerOf3 + innerOf3; var v32 = outerOf3 - innerOf3; var v33 = u32;
        V.Store(v30, to + point * 12); V.Store(v31, to + point * 13); V.Store(v32, to + point * 14); V.Store(v33, to + point * 15);
    }
}
