// Avx512: vectors of 16 floats, 32 registers.
// The sums over the first and the second half of the input channels, added, plus the residual.
//   y1, y2, y, residual  [blocks][positions][16]
//   work  positions of all blocks; first … last − 1 are made here
[MethodImpl(Kernel)]
private static void AddHalves_Residual(float* y1, float* y2, float* y, float* residual, nint first, nint last)
{
    for (nint at = first * 16; at < last * 16; at += 16) V.Store(V.Load(y1 + at) + V.Load(y2 + at) + V.Load(residual + at), y + at);
}
