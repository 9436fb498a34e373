// Avx512: vectors of 16 floats, 32 registers.
// Gradient of what tiles multiply in place of the weights of a 3×3 convolution, 24×7×6 → 96×7×6, one image.
//   x        [2][7][6][16]     dy  [6][7][6][16]
//   dm       2 panels of 3 blocks: 16 points, of each biases, [24][outputs], added to; biases are left but for point 5; rows past the inputs are left
//   scratch  tiles of 4 rows, transformed: 13 KiB; a panel's gradients, transformed
//   sum      tiles of a band in order, then band by band
//   work     2 panels; panels first … last − 1 are made here
[MethodImpl(Kernel)]
private static void WinogradWeightGradient3x3s1_24to96_7x6_Bias(float* x, float* dy, float* dm, float* scratch, nint first, nint last)
{
    for (nint band = 0; first < last && band < 2; band++)
    {
        float* e = scratch + 3344;
        WinogradInput3x3s1_24_7x6_4x6(x, scratch, band);
        for (nint panel = first; panel < last; panel++)
        {
            WinogradOutputGradient3x3s1_48_4x6_by42(dy + panel * 2016 + band * 384, e, Math.Min(4, 7 - band * 4));
            BiasGradient_48_6_by6(e + 1520, dm + panel * 19200 + 6000);
            for (nint point = 0; point < 16; point++)
            {
                float* xp = scratch + point * 208;
                float* ep = e + point * 304;
                float* dmp = dm + panel * 19200 + point * 1200 + 48;
                {
                    PointwiseGradient_16to48_6_by6(xp, ep, dmp);
                }
                {
                    PointwiseGradient_8to48_6_by6(xp + 96, ep, dmp + 768);
                }
            }
        }
    }
}
