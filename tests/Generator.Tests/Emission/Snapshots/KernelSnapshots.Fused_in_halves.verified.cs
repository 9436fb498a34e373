// Avx512: vectors of 16 floats, 32 registers.
// Stored map 32×6×6 → 32×6×6, then depthwise 3×3 stride 1 → 32×6×6.
//   scratch  ring of 4 rows [2 blocks][8 columns, 1 zero left][16]: 4 KiB; one row of zeros
//   weights  for each group of 2 blocks, 320 floats depthwise [2][taps, bias][16]
//   work     2 bands of 3 rows × 1 group; pieces first … last − 1 are made here
//   d, d2    the map in halves of 3 and 3 rows: each [blocks], 288 floats apart, of [row][column][16]
//   trace    null, or where the producer's map is to be stored
[MethodImpl(Kernel)]
private static void Depthwise3x3s1_32_6x6_by32_in2(float* x, float* weights, float* d, float* d2, float* scratch, float* trace, nint first, nint last)
{
    // zero borders and the row of zeros
    for (nint line = 0; line < 8; line++)
    {
        new Span<float>(scratch + line * 128, 16).Clear();
        new Span<float>(scratch + line * 128 + 112, 16).Clear();
    }
    new Span<float>(scratch + 1024, 256).Clear();
    for (nint group = 0; group < 1; group++)
    {
        nint band = first;
        nint bandsEnd = last;
        float* w = weights + group * 320;
        float* xg = x + group * 1152;
        nint made = Math.Max(0, band * 3 * 1 - 1); // the next row of the producer
        for (nint b = band; b < bandsEnd; b++)
        {
            float* dg = (b < 1 ? d : d2 - 288) + group * 576;
            for (nint row = b * 3; row < (b + 1) * 3; row++)
            {
                nint top = row * 1 - 1;
                nint needed = Math.Min(6, top + 3);
                for (; made < needed; made++)
                {
                    float* e = scratch + (made & 3) * 256 + 16;
                    for (nint block = 0; block < 2; block++) new ReadOnlySpan<float>(xg + block * 576 + made * 96, 96).CopyTo(new Span<float>(e + block * 128, 96));
                }
                float* x0 = top < 0 || top >= 6 ? scratch + 1024 : scratch + ((top + 0) & 3) * 256;
                float* x1 = top >= 5 ? scratch + 1024 : scratch + ((top + 1) & 3) * 256;
                float* x2 = top >= 4 ? scratch + 1024 : scratch + ((top + 2) & 3) * 256;
                float* y = dg + row * 96;
                Depthwise3x3s1_6_from8_by18_Relu6(x0, x1, x2, w + 0, y, 2);
            }
        }
    }
}
