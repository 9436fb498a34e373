// Avx2: vectors of 8 floats, 16 registers.
// Head 24×2×2 → 32 channels and their mean over 4 positions.
//   features [1][32]     y        [32], the same without what pads them
//   scratch  one panel of the head's map: 0 KiB
//   work     1 panel of 32 channels; panels first … last − 1 are made here
[MethodImpl(Kernel)]
private static void Head_24to32_2x2(float* x, float* weights, float* features, float* y, float* scratch, float* trace, nint first, nint last)
{
    for (nint panel = first; panel < last; panel++)
    {
        float* sum = features + panel * 32;
        new Span<float>(sum, 32).Clear();
        float* w = weights + panel * 800;
        float* map = scratch;
        Pointwise_24to32_4_of4_by4_fetch50(x, w + 32, w, map, w + 18944);
        SiluSum(map, sum, 2, 64, 64);
        if (trace != null) new ReadOnlySpan<float>(map, 128).CopyTo(new Span<float>(trace + panel * 128, 128));
        for (nint c = 0; c < 32; c += 8) V.Store(V.Load(sum + c) * V.Create(1f / 4f), sum + c);
        int channels = 32;
        new ReadOnlySpan<float>(sum, channels).CopyTo(new Span<float>(y + panel * 32, channels));
    }
}
