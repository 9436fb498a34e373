// Avx512: vectors of 16 floats, 32 registers.
// Expansion 8×6×6 → 32×6×6, then depthwise 5×5 stride 2 → 32×3×3.
//   scratch  ring of 8 rows [2 blocks][9 columns, 2 zeros left][16]: 9 KiB; one row of zeros
//   weights  for each group of 2 blocks, 1632 floats: [32] bias, [8][32], depthwise [2][taps, bias][16], squeeze rows
//   work     1 band of 3 rows × 1 group; pieces first … last − 1 are made here
//   trace    null, or where the producer's map is to be stored
[MethodImpl(Kernel)]
private static void ExpandDepthwise5x5s2_8to32_6x6_by32_Pooled_Squeeze16(float* x, float* weights, float* d, float* sums, float* partials, float* scratch, float* trace, nint first, nint last)
{
    // zero borders and the row of zeros
    for (nint line = 0; line < 16; line++)
    {
        new Span<float>(scratch + line * 144, 32).Clear();
        new Span<float>(scratch + line * 144 + 128, 16).Clear();
    }
    new Span<float>(scratch + 2304, 288).Clear();
    for (nint group = first; group < last; group++)
    {
        float* w = weights + group * 1632;
        float* dg = d + group * 288;
        Pointwise_8to32_6x6_of36_by9_fetch102(x, w + 32, w, scratch + 32, w + 18944);
        for (nint made = 0; made < 6; made++)
        {
            float* e = scratch + (made & 7) * 288 + 32;
            Silu(e, 2, 96, 144);
            if (trace != null)
            {
                for (nint block = 0; block < 2; block++) new ReadOnlySpan<float>(e + block * 144, 96).CopyTo(new Span<float>(trace + (group * 2 + block) * 576 + made * 96, 96));
            }
        }
        {
            float* sum = sums + group * 32;
            new Span<float>(sum, 32).Clear();
            for (nint row = 0; row < 3; row++)
            {
                nint top = row * 2 - 2;
                float* x0 = top < 0 || top >= 6 ? scratch + 2304 : scratch + ((top + 0) & 7) * 288;
                float* x1 = top < -1 || top >= 5 ? scratch + 2304 : scratch + ((top + 1) & 7) * 288;
                float* x2 = top >= 4 ? scratch + 2304 : scratch + ((top + 2) & 7) * 288;
                float* x3 = top >= 3 ? scratch + 2304 : scratch + ((top + 3) & 7) * 288;
                float* x4 = top >= 2 ? scratch + 2304 : scratch + ((top + 4) & 7) * 288;
                float* y = dg + row * 48;
                Depthwise5x5s2_3_from9_by9(x0, x1, x2, x3, x4, w + 288, y, 2);
                SiluSum(y, sum, 2, 48, 144);
            }
        }
        // this group's share of the squeeze
        Squeeze_32to16_9(sums + group * 32, w + 1120, partials + group * 16);
    }
}
