// Avx512: vectors of 16 floats, 32 registers.
// Classifier, 20 features → 40 logits.
//   weights  for each panel [48] bias, [20][48]     y  [1][48]
//   tile     1 × 3 vectors
//   sum      bias first, then feature by feature
//   work     1 panel; panels first … last − 1 are made here
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Dense_20to40(float* x, float* weights, float* y, nint first, nint last)
{
    for (nint panel = first; panel < last; panel++)
    {
        float* w = weights + panel * 1008;
        var y0 = V.Load(w + 0);
        var y1 = V.Load(w + 16);
        var y2 = V.Load(w + 32);
        for (nint k = 0; k < 20; k++)
        {
            w += 48;
            var b = V.Create(x[k]);
            y0 = V.FusedMultiplyAdd(b, V.Load(w + 0), y0);
            y1 = V.FusedMultiplyAdd(b, V.Load(w + 16), y1);
            y2 = V.FusedMultiplyAdd(b, V.Load(w + 32), y2);
        }
        V.Store(y0, y + panel * 48 + 0);
        V.Store(y1, y + panel * 48 + 16);
        V.Store(y2, y + panel * 48 + 32);
    }
}
