// Avx512: vectors of 16 floats, 32 registers.
// Expansion 8×6×6 → 32×6×6, then depthwise 3×3 stride 1 → 32×6×6.
//   scratch  ring of 4 rows [1 block][8 columns, 1 zero left][16]: 2 KiB; one row of zeros; one row of outputs, which goes past the caches to the map
//   weights  for each group of 1 block, 304 floats: [16] bias, [8][16], depthwise [1][taps, bias][16]
//   work     2 bands of 3 rows × 2 groups; pieces first … last − 1 are made here
//   d, d2    the map in halves of 3 and 3 rows: each [blocks], 288 floats apart, of [row][column][16]
//   trace    null, or where the producer's map is to be stored
[MethodImpl(Kernel)]
private static void ExpandDepthwise3x3s1_8to32_6x6_by16_in2_Pooled_Streamed(float* x, float* weights, float* d, float* d2, float* sums, float* scratch, float* trace, nint first, nint last)
{
    // zero borders and the row of zeros
    for (nint line = 0; line < 4; line++)
    {
        new Span<float>(scratch + line * 128, 16).Clear();
        new Span<float>(scratch + line * 128 + 112, 16).Clear();
    }
    new Span<float>(scratch + 512, 128).Clear();
    for (nint group = 0; group < 2; group++)
    {
        nint band = (first - group + 1) / 2;
        nint bandsEnd = (last - group + 1) / 2;
        if (band == bandsEnd) continue;
        float* w = weights + group * 304;
        nint made = Math.Max(0, band * 3 * 1 - 1); // the next row of the producer
        for (nint b = band; b < bandsEnd; b++)
        {
            float* dg = (b < 1 ? d : d2 - 288) + group * 288;
            float* sum = sums + b * 32 + group * 16;
            new Span<float>(sum, 16).Clear();
            for (nint row = b * 3; row < (b + 1) * 3; row++)
            {
                nint top = row * 1 - 1;
                nint needed = Math.Min(6, top + 3);
                for (; made < needed; made++)
                {
                    float* e = scratch + (made & 3) * 128 + 16;
                    Pointwise_8to16_6_of36_by8_fetch19(x + made * 96, w + 16, w, e, w + 18944 + made * 52);
                    Silu(e, 1, 96, 128);
                    if (trace != null)
                    {
                        for (nint block = 0; block < 1; block++) new ReadOnlySpan<float>(e + block * 128, 96).CopyTo(new Span<float>(trace + (group * 1 + block) * 576 + made * 96, 96));
                    }
                }
                float* x0 = top < 0 || top >= 6 ? scratch + 512 : scratch + ((top + 0) & 3) * 128;
                float* x1 = top >= 5 ? scratch + 512 : scratch + ((top + 1) & 3) * 128;
                float* x2 = top >= 4 ? scratch + 512 : scratch + ((top + 2) & 3) * 128;
                float* y = scratch + 640;
                Depthwise3x3s1_6_from8_by6(x0, x1, x2, w + 144, y, 1);
                SiluSum_Streamed(y, dg + row * 96, sum, 1, 96, 288);
            }
        }
        Sse.StoreFence();
    }
}
