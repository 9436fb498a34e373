// Avx512: vectors of 16 floats, 32 registers.
// Dense convolution 24×7×6 → 3×3 stride 1, 96 channels → projection → 24×7×6, plus residual.
//   weights  2 panels of 3 blocks: 16 points, of each biases, of which those of point 5 are not zero, [24][outputs]; 1 panel of 2 blocks: bias, [96][outputs]
//   scratch  tiles of 4 rows, transformed: 13 KiB; a panel's products with them; what the dense convolution makes of them
//   work     2 bands of 4 rows, the last of 3; bands first … last − 1 are made here
[MethodImpl(Kernel)]
private static void FusedMBConv3x3s1_24to96to24_7x6_in2_Residual_Winograd(float* x, float* weights, float* y, float* residual, float* scratch, nint first, nint last)
{
    for (nint band = first; band < last; band++)
    {
        float* to = y + band * 384;
        nint rows = Math.Min(4, 7 - band * 4);
        WinogradInput3x3s1_24_7x6_4x6(x, scratch, band);
        float* m = scratch + 3344;
        float* d = scratch + 8208;
        for (nint panel = 0; panel < 2; panel++)
        {
            float* w = weights + panel * 19200;
            float* e = d + panel * 1152;
            for (nint point = 0; point < 16; point++)
            {
                float* wp = w + point * 1200;
                Pointwise_24to48_6_of6_by6(scratch + point * 208, wp + 48, wp, m + point * 304);
            }
            WinogradOutput3x3s1_48_4x6_by24(m, e, rows);
            Silu(e, 3, rows * 96, 384);
        }
        {
            float* w = weights + 38400;
            if (rows == 4) Pointwise_96to24_24_of24_by42_Residual(d, w + 32, w, to, residual + band * 384);
            else Pointwise_96to24_18_of24_by42_Residual(d, w + 32, w, to, residual + band * 384);
        }
    }
}
