// Avx2: vectors of 8 floats, 16 registers.
// Gradient of the weights of a 3×3 convolution, 24×4×3 → 96×4×3, one image.
//   x        [2][4][3][16]     dy  [6][4][3][16]
//   dw       2 panels of 3 blocks: bias, [ky][kx][32][outputs], added to; biases are left; rows past the inputs are left
//   scratch  the taps of 2 rows: 6 KiB
//   sum      positions of a band in order, then band by band
//   work     2 panels; panels first … last − 1 are made here
[MethodImpl(Kernel)]
private static void ConvolutionWeightGradient3x3s1_24to96_4x3(float* x, float* dy, float* dw, float* scratch, nint first, nint last)
{
    for (nint band = 0; first < last && band < 2; band++)
    {
        Taps3x3s1_24as32_4x3_2x3(x, scratch, band);
        for (nint panel = first; panel < last; panel++)
        {
            float* dyp = dy + panel * 576 + band * 96;
            float* dwp = dw + panel * 13872;
            for (nint tap = 0; tap < 9; tap++)
            {
                float* xt = scratch + tap * 192;
                float* dwt = dwp + 48 + tap * 1536;
                {
                    PointwiseGradient_16to48_6_by12(xt, dyp, dwt);
                }
                {
                    PointwiseGradient_8to48_6_by12(xt + 96, dyp, dwt + 768);
                }
            }
        }
    }
}
