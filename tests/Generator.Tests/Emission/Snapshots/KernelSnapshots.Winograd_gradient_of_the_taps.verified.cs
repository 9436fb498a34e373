// Avx512: vectors of 16 floats, 32 registers.
// Gradients of the 3×3 kernels whose tiles are multiplied, Gᵀ m G, and of biases.
//   dm    [images], imageStride floats apart, of panels of blocksOfT blocks, panelOfT floats apart: 16 points, point floats apart: [outputs] biases, of which those of point 5 count, [rows][outputs]
//   dw    panels of blocks blocks, panel floats apart: [outputs] biases, then 9 taps, tap floats apart: [rows][outputs], added to
//   sum   image by image, then transformed, then added to dw
//   work  rows, block by block of outputs; rows first … last − 1 are made here, the biases of a block with its first
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void WinogradTapsGradient(float* dm, float* dw, nint images, nint imageStride, nint rows, nint blocks, nint panel, nint tap, nint blocksOfT, nint panelOfT, nint point, nint first, nint last)
{
    var half = V.Create(0.5f);
    for (nint at = first; at < last; at++)
    {
        nint block = at / rows;
        nint row = at - block * rows;
        float* from = dm + block / blocksOfT * panelOfT + block % blocksOfT * 16;
        float* to = dw + block / blocks * panel + block % blocks * 16;
        if (row == 0)
        {
            float* biases = from + point * 5;
            var bias = V.Load(biases);
            for (nint n = 1; n < images; n++) bias += V.Load(biases + n * imageStride);
            V.Store(V.Load(to) + bias, to);
        }
        from += (row + 1) * blocksOfT * 16;
        to += (row + 1) * blocks * 16;
        // Gᵀ m, column by column
        var m00 = V.Load(from); var m10 = V.Load(from + point * 4); var m20 = V.Load(from + point * 8); var m30 = V.Load(from + point * 12);
        for (nint n = 1; n < images; n++)
        {
            float* other = from + n * imageStride;
            m00 += V.Load(other); m10 += V.Load(other + point * 4); m20 += V.Load(other + point * 8); m30 += V.Load(other + point * 12);
        }
        var sum0 = (m10 + m20) * half; var difference0 = (m10 - m20) * half;
        var u00 = m00 + sum0; var u10 = difference0; var u20 = sum0 + m30;
        var m01 = V.Load(from + point); var m11 = V.Load(from + point * 5); var m21 = V.Load(from + point * 9); var m31 = V.Load(from + point * 13);
        for (nint n = 1; n < images; n++)
        {
            float* other = from + n * imageStride;
            m01 += V.Load(other + point); m11 += V.Load(other + point * 5); m21 += V.Load(other + point * 9); m31 += V.Load(other + point * 13);
        }
        var sum1 = (m11 + m21) * half; var difference1 = (m11 - m21) * half;
        var u01 = m01 + sum1; var u11 = difference1; var u21 = sum1 + m31;
        var m02 = V.Load(from + point * 2); var m12 = V.Load(from + point * 6); var m22 = V.Load(from + point * 10); var m32 = V.Load(from + point * 14);
        for (nint n = 1; n < images; n++)
        {
            float* other = from + n * imageStride;
            m02 += V.Load(other + point * 2); m12 += V.Load(other + point * 6); m22 += V.Load(other + point * 10); m32 += V.Load(other + point * 14);
        }
        var sum2 = (m12 + m22) * half; var difference2 = (m12 - m22) * half;
        var u02 = m02 + sum2; var u12 = difference2; var u22 = sum2 + m32;
        var m03 = V.Load(from + point * 3); var m13 = V.Load(from + point * 7); var m23 = V.Load(from + point * 11); var m33 = V.Load(from + point * 15);
        for (nint n = 1; n < images; n++)
        {
            float* other = from + n * imageStride;
            m03 += V.Load(other + point * 3); m13 += V.Load(other + point * 7); m23 += V.Load(other + point * 11); m33 += V.Load(other + point * 15);
        }
        var sum3 = (m13 + m23) * half; var difference3 = (m13 - m23) * half;
        var u03 = m03 + sum3; var u13 = difference3; var u23 = sum3 + m33;
        // (Gᵀ m) G, row by row
        var sumOf0 = (u01 + u02) * half; var differenceOf0 = (u01 - u02) * half;
        var g00 = u00 + sumOf0; var g01 = differenceOf0; var g02 = sumOf0 + u03;
        V.Store(V.Load(to) + g00, to);
        V.Store(V.Load(to + tap) + g01, to + tap);
        V.Store(V.Load(to + tap * 2) + g02, to + tap * 2);
        var sumOf1 = (u11 + u12) * half; var differenceOf1 = (u11 - u12) * half;
        var g10 = u10 + sumOf1; var g11 = differenceOf1; var g12 = sumOf1 + u13;
        V.Store(V.Load(to + tap * 3) + g10, to + tap * 3);
        V.Store(V.Load(to + tap * 4) + g11, to + tap * 4);
        V.Store(V.Load(to + tap * 5) + g12, to + tap * 5);
        var sumOf2 = (u21 + u22) * half; var differenceOf2 = (u21 - u22) * half;
        var g20 = u20 + sumOf2; var g21 = differenceOf2; var g22 = sumOf2 + u23;
        V.Store(V.Load(to + tap * 6) + g20, to + tap * 6);
        V.Store(V.Load(to + tap * 7) + g21, to + tap * 7);
        V.Store(V.Load(to + tap * 8) + g22, to + tap * 8);
    }
}
