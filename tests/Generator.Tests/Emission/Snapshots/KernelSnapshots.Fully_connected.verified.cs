// Avx512: vectors of 16 floats, 32 registers.
// Fully connected, 20 inputs → 40 outputs.
//   weights  for each panel [48] bias, [20][48]     y  [1][48]
//   tile     1 × 3 vectors
//   sum      bias first, then input by input
//   work     1 panel; panels first … last − 1 are made here
[MethodImpl(Kernel)]
private static void FullyConnected_20to40(float* x, float* weights, float* y, nint first, nint last)
{
    for (nint panel = first; panel < last; panel++)
    {
        {
            float* w = weights + panel * 1008;
            var y0_0 = V.Load(w + 0);
            var y0_1 = V.Load(w + 16);
            var y0_2 = V.Load(w + 32);
            for (nint k = 0; k < 20; k++)
            {
                w += 48;
                var b0 = V.Create(x[k]);
                var w0 = V.Load(w + 0);
                y0_0 = V.FusedMultiplyAdd(b0, w0, y0_0);
                var w1 = V.Load(w + 16);
                y0_1 = V.FusedMultiplyAdd(b0, w1, y0_1);
                var w2 = V.Load(w + 32);
                y0_2 = V.FusedMultiplyAdd(b0, w2, y0_2);
            }
            V.Store(y0_0, y + panel * 48 + 0);
            V.Store(y0_1, y + panel * 48 + 16);
            V.Store(y0_2, y + panel * 48 + 32);
        }
    }
}
