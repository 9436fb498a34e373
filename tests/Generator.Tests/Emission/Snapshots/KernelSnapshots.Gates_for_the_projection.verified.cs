// Avx2: vectors of 8 floats, 16 registers.
// Squeeze-excite: 32 gates from 4 squeezed channels, kept for the projection.
//   partials  [2 groups][16]
//   w         [16] reduction bias, then for each of 2 blocks [16] bias, [4][16]
//   gates     [32]
//   work      2 blocks of 16 channels; blocks first … last − 1 are made here, the squeeze is made by every worker for itself
[MethodImpl(Kernel)]
private static void Excite_4to32_Gates_16_in2(float* partials, float* w, float* gates, float* scratch, nint first, nint last)
{
    // squeezed channels: bias, then group by group, then the activation
    {
        // SiLU(x) = x / (1 + e^−x), e^−x = 2^(u/8)·cubic(w) by 8 intervals; c is x limited to ±82
        var table = V.Load(Table(ExpTable)).AsInt32(); var least = V.Create(-82f); var most = V.Create(82f);
        var scale = V.Create(0xbfb8aa3bu).AsSingle(); var shift = V.Create(1572864f); var unshift = V.Create(1572865.5f); // −log2 e
        var linear = V.Create(0x40c76c84u).AsSingle(); var constant = V.Create(0x40c03055u).AsSingle(); var one = V.Create(1f);
        for (nint j = 0; j < 16; j += 8)
        {
            var h = V.Load(w + j);
            for (nint group = 0; group < 2; group++) h += V.Load(partials + group * 16 + j);
            var c = V.MaxNative(V.MinNative(h, most), least);
            var t = V.FusedMultiplyAdd(c, scale, shift);
            var r = V.FusedMultiplyAdd(c, scale, unshift - t);
            var p = V.FusedMultiplyAdd(V.FusedMultiplyAdd(r, r, linear), r, constant);
            var s = (Avx2.PermuteVar8x32(table, t.AsInt32()) + (t.AsInt32() << 20)).AsSingle();
            h = h / V.FusedMultiplyAdd(s, p, one);
            V.Store(h, scratch + j);
        }
    }
    // gates
    for (nint block = first; block < last; block++)
    {
        float* wb = w + 16 + block * 80;
        for (nint lane = 0; lane < 16; lane += 8)
        {
            var x = V.Load(wb + lane);
            for (nint s = 0; s < 4; s++)
            {
                Sse.Prefetch0(wb + 18944 + s * 16);
                x = V.FusedMultiplyAdd(V.Create(scratch[s]), V.Load(wb + 16 + s * 16 + lane), x);
            }
            var gate = Sigmoid(x);
            V.Store(gate, gates + block * 16 + lane);
        }
    }
}
