// Avx2: vectors of 8 floats, 16 registers.
// Gradient of the input of a 3×3 convolution, stride 2, 24×8×6 → 96×4×3, one image, plus residual.
//   dy       [6][4][3][16]     dx, residual  [2][8][6][16]
//   t        transposed weights: for each kernel row 2 panels of 3 blocks: zeros, [96][kx][channels]
//   scratch  gradients of the taps of a kernel row: 1 KiB
//   sum      kernel rows in order, in each the kernel columns
//   work     8 rows of dx; rows first … last − 1 are made here
[MethodImpl(Kernel)]
private static void ConvolutionInputGradient3x3s2_24to96_8x6_Residual(float* dy, float* t, float* dx, float* residual, float* scratch, nint first, nint last)
{
    for (nint row = first; row < last; row++)
    {
        for (nint block = 0; block < 2; block++)
        {
            nint at = block * 768 + row * 96;
            new Span<float>(residual + at, 96).CopyTo(new Span<float>(dx + at, 96));
        }
        for (nint ky = 0; ky < 3; ky++)
        {
            nint output = row + 1 - ky;
            if (output < 0 || output % 2 != 0 || output >= 8) continue; // no row of outputs has this one under that kernel row
            float* from = dy + output / 2 * 48;
            float* tk = t + ky * 9312;
            for (nint panel = 0; panel < 2; panel++)
            {
                float* w = tk + panel * 4656;
                Pointwise_96to48_3_of12_by3(from, w + 48, w, scratch + panel * 144);
            }
            for (nint kx = 0; kx < 3; kx++)
            {
                nint begin = Math.Max(0, (2 - kx) / 2);
                nint end = Math.Min(3, (8 - kx) / 2);
                for (nint block = 0; block < 2; block++)
                {
                    for (nint lane = 0; lane < 16; lane += 8)
                    {
                        float* gradients = scratch + (kx * 2 + block) * 48 + lane;
                        float* sums = dx + block * 768 + row * 96 + lane;
                        for (nint column = begin; column < end; column++)
                        {
                            float* sum = sums + (column * 2 + kx - 1) * 16;
                            V.Store(V.Load(sum) + V.Load(gradients + column * 16), sum);
                        }
                    }
                }
            }
        }
    }
}
