// Portable: vectors of 4 floats, 16 registers.
// Squeeze-excite: 32 gates from 4 squeezed channels, applied to the map in place.
//   partials  [2 groups][16]
//   w         [16] reduction bias, then for each of 2 blocks [16] bias, [4][16]
//   work      2 blocks of 16 channels; blocks first … last − 1 are gated here, the squeeze is made by every worker for itself
[MethodImpl(Kernel)]
private static void Excite_4to32_Map_16_in2(float* partials, float* w, float* map, float* scratch, nint first, nint last)
{
    // squeezed channels: bias, then group by group, then the activation
    {
        var zero = Vector128<float>.Zero;
        var three = V.Create(3f);
        var six = V.Create(6f);
        var sixth = V.Create(1f / 6f);
        for (nint j = 0; j < 16; j += 4)
        {
            var h = V.Load(w + j);
            for (nint group = 0; group < 2; group++) h += V.Load(partials + group * 16 + j);
            h = h * V.MinNative(six, V.MaxNative(zero, h + three)) * sixth;
            V.Store(h, scratch + j);
        }
    }
    // gates
    for (nint block = first; block < last; block++)
    {
        float* wb = w + 16 + block * 80;
        for (nint lane = 0; lane < 16; lane += 4)
        {
            var x = V.Load(wb + lane);
            for (nint s = 0; s < 4; s++)
            {
                x = V.MultiplyAddEstimate(V.Create(scratch[s]), V.Load(wb + 16 + s * 16 + lane), x);
            }
            var gate = Sigmoid(x);
            float* m = map + block * 256 + lane;
            for (nint position = 0; position < 256; position += 16) V.Store(V.Load(m + position) * gate, m + position);
        }
    }
}
