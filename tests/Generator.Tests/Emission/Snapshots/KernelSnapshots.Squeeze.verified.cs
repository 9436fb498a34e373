// Avx2: vectors of 8 floats, 16 registers.
// Squeeze-excite reduction, the share of 32 channels: the mean over 16 positions times their weights.
//   sums [1 band][…32]     w  [32][16]     partial  [16]
//   sum  four chains of every fourth channel, added in pairs; divided by the positions at the end
[MethodImpl(Kernel)]
private static void Squeeze_32to16_16(float* sums, float* w, float* partial)
{
    for (nint j = 0; j < 16; j += 8)
    {
        var a0 = Vector256<float>.Zero; var a1 = a0; var a2 = a0; var a3 = a0;
        for (nint k = 0; k < 32; k += 4)
        {
            a0 = V.FusedMultiplyAdd(V.Create(sums[k + 0]), V.Load(w + k * 16 + j + 0), a0);
            a1 = V.FusedMultiplyAdd(V.Create(sums[k + 1]), V.Load(w + k * 16 + j + 16), a1);
            a2 = V.FusedMultiplyAdd(V.Create(sums[k + 2]), V.Load(w + k * 16 + j + 32), a2);
            a3 = V.FusedMultiplyAdd(V.Create(sums[k + 3]), V.Load(w + k * 16 + j + 48), a3);
        }
        V.Store(((a0 + a1) + (a2 + a3)) * V.Create(1f / 16f), partial + j);
    }
}
