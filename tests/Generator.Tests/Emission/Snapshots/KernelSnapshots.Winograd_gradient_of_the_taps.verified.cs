// Avx512: vectors of 16 floats, 32 registers.
// Gradients of the 3×3 kernels whose tiles are multiplied, Gᵀ m G, and of biases.
//   dm    [images], imageStride floats apart, of panels of blocksOfT blocks, panelOfT floats apart: 16 points, point floats apart: [outputs] biases, of which those of point 5 count, [rows][outputs]
//   dw    panels of blocks blocks, panel floats apart: [outputs] biases, then 9 taps, tap floats apart: [rows][outputs], added to
//   sum   image by image, then transformed, then added to dw
//   work  rows, block by block of outputs; rows first … last − 1 are made here, the biases of a block with its first
[MethodImpl(Kernel)]
private static void WinogradTapsGradient(float* dm, float* dw, nint images, nint imageStride, nint rows, nint blocks, nint panel, nint tap, nint blocksOfT, nint panelOfT, nint point, nint first, nint last)
{
    var half = V.Create(0.5f);
    unchecked // of a kernel that is turned around tap is negative, and a pointer plus that would be an overflow to a project that checks for it
    {
        for (nint at = first; at < last; at++)
        {
            nint block = at / rows;
            nint row = at - block * rows;
            float* taps = dw + block / blocks * panel + block % blocks * 16;
            float* points = dm + block / blocksOfT * panelOfT + block % blocksOfT * 16;
            if (row == 0)
            {
                float* biases = points + 5 * point;
                var bias = V.Load(biases);
                for (nint n = 1; n < images; n++) bias += V.Load(biases + n * imageStride);
                V.Store(V.Load(taps) + bias, taps);
            }
            taps += (row + 1) * blocks * 16;
            points += (row + 1) * blocksOfT * 16;
            // Gᵀ m, column by column
            var m00 = V.Load(points); var m10 = V.Load(points + point * 4); var m20 = V.Load(points + point * 8); var m30 = V.Load(points + point * 12);
            for (nint n = 1; n < images; n++)
            {
                float* others = points + n * imageStride;
                m00 += V.Load(others); m10 += V.Load(others + point * 4); m20 += V.Load(others + point * 8); m30 += V.Load(others + point * 12);
            }
            var sum0 = (m10 + m20) * half; var difference0 = (m10 - m20) * half;
            var u00 = m00 + sum0; var u10 = difference0; var u20 = sum0 + m30;
            var m01 = V.Load(points + point); var m11 = V.Load(points + point * 5); var m21 = V.Load(points + point * 9); var m31 = V.Load(points + point * 13);
            for (nint n = 1; n < images; n++)
            {
                float* others = points + n * imageStride;
                m01 += V.Load(others + point); m11 += V.Load(others + point * 5); m21 += V.Load(others + point * 9); m31 += V.Load(others + point * 13);
            }
            var sum1 = (m11 + m21) * half; var difference1 = (m11 - m21) * half;
            var u01 = m01 + sum1; var u11 = difference1; var u21 = sum1 + m31;
            var m02 = V.Load(points + point * 2); var m12 = V.Load(points + point * 6); var m22 = V.Load(points + point * 10); var m32 = V.Load(points + point * 14);
            for (nint n = 1; n < images; n++)
            {
                float* others = points + n * imageStride;
                m02 += V.Load(others + point * 2); m12 += V.Load(others + point * 6); m22 += V.Load(others + point * 10); m32 += V.Load(others + point * 14);
            }
            var sum2 = (m12 + m22) * half; var difference2 = (m12 - m22) * half;
            var u02 = m02 + sum2; var u12 = difference2; var u22 = sum2 + m32;
            var m03 = V.Load(points + point * 3); var m13 = V.Load(points + point * 7); var m23 = V.Load(points + point * 11); var m33 = V.Load(points + point * 15);
            for (nint n = 1; n < images; n++)
            {
                float* others = points + n * imageStride;
                m03 += V.Load(others + point * 3); m13 += V.Load(others + point * 7); m23 += V.Load(others + point * 11); m33 += V.Load(others + point * 15);
            }
            var sum3 = (m13 + m23) * half; var difference3 = (m13 - m23) * half;
            var u03 = m03 + sum3; var u13 = difference3; var u23 = sum3 + m33;
            // (Gᵀ m) G, row by row
            var sumOf0 = (u01 + u02) * half; var differenceOf0 = (u01 - u02) * half;
            var g00 = u00 + sumOf0; var g01 = differenceOf0; var g02 = sumOf0 + u03;
            V.Store(V.Load(taps) + g00, taps);
            V.Store(V.Load(taps + tap) + g01, taps + tap);
            V.Store(V.Load(taps + tap * 2) + g02, taps + tap * 2);
            var sumOf1 = (u11 + u12) * half; var differenceOf1 = (u11 - u12) * half;
            var g10 = u10 + sumOf1; var g11 = differenceOf1; var g12 = sumOf1 + u13;
            V.Store(V.Load(taps + tap * 3) + g10, taps + tap * 3);
            V.Store(V.Load(taps + tap * 4) + g11, taps + tap * 4);
            V.Store(V.Load(taps + tap * 5) + g12, taps + tap * 5);
            var sumOf2 = (u21 + u22) * half; var differenceOf2 = (u21 - u22) * half;
            var g20 = u20 + sumOf2; var g21 = differenceOf2; var g22 = sumOf2 + u23;
            V.Store(V.Load(taps + tap * 6) + g20, taps + tap * 6);
            V.Store(V.Load(taps + tap * 7) + g21, taps + tap * 7);
            V.Store(V.Load(taps + tap * 8) + g22, taps + tap * 8);
        }
    }
}
