// Avx512: vectors of 16 floats, 32 registers.
// Dense convolution 24×4×3 → 3×3 stride 1, 96 channels → projection → 24×4×3, plus residual.
//   weights  2 panels of 3 blocks: bias, [ky][kx][24][outputs]; 1 panel of 2 blocks: bias, [96][outputs]
//   scratch  taps of 2 rows: 5 KiB; what the dense convolution makes of them
//   work     2 bands of 2 rows; bands first … last − 1 are made here
[MethodImpl(Kernel)]
private static void FusedMBConv3x3s1_24to96to24_4x3_in2_Residual(float* x, float* weights, float* y, float* residual, float* scratch, nint first, nint last)
{
    for (nint band = first; band < last; band++)
    {
        float* to = y + band * 96;
        Taps3x3s1_24_4x3_2x3(x, scratch, band);
        float* d = scratch + 1344;
        for (nint panel = 0; panel < 2; panel++)
        {
            float* w = weights + panel * 10416;
            float* e = d + panel * 288;
            Pointwise_216to48_6_of6_by6(scratch, w + 48, w, e);
            Silu(e, 3, 96, 96);
        }
        {
            float* w = weights + 20832;
            Pointwise_96to24_6_of6_by12_Residual(d, w + 32, w, to, residual + band * 96);
        }
    }
}
