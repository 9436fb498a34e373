// Every worker runs this; each makes its share of a kernel's work and waits for the others.
// Offsets are floats: w packed weights, a the arena all workers share, s this worker's own scratch. h1 and h2 are its shares of what comes in two halves.
public static void Forward(in ForwardFrame frame)
{
    float* w = frame.Weights;
    float* a = frame.Arena;
    float* s = frame.Scratch;
    float* trace = frame.Trace;
    nint me = frame.Worker;
    nint all = frame.Workers;
    var h1 = new HalfShare(0, me, all);
    var h2 = new HalfShare(1, me, all);
    for (nint n = 0; n < frame.Images; n++)
    {
        float* x = frame.Input + n * 3072;
        frame.Mark(n * 14);

        // 1.0 stem → depthwise → squeeze
        StemDepthwise3x3s1_3to32_16x16_Pooled_Squeeze16(x, w + 0, a + 0, a + 11264, a + 6656, s, trace == null ? null : trace + 0, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 14 + 1);

        // 1.0 squeeze-excite
        Excite_8to32_Weights16_256_in1_by108(a + 6656, w + 1216, w + 1728, w + 2048, a + 10752, s, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 14 + 2);

        // 1.0 projection
        Projection_32to16_128_by256_Gated(a + 0, a + 10752, w + 2032, a + 6656, h1.First(26), h1.Last(26));
        Projection_32to16_128_by256_Gated(a + 11264, a + 10752, w + 2032, a + 8704, h2.First(26), h2.Last(26));
        frame.Meet(n * 14 + 3);
        if (trace != null) CopyMap(in frame, a + 6656, 8192, 4096);

        // 2.0 expansion → depthwise → squeeze
        ExpandDepthwise5x5s2_16to64_16x16_Pooled_Squeeze16(a + 6656, w + 2560, a + 0, a + 11264, a + 10752, a + 10816, s, null, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 14 + 4);

        // 2.0 squeeze-excite
        Excite_4to64_Weights32_64_in2(a + 10816, w + 6336, w + 6704, a + 4096, a + 15360, s, 2 * me / all * 2, 2 * (me + 1) / all * 2);
        frame.Meet(n * 14 + 5);

        // 2.0 projection by halves
        Projection_32to32_64_Gated(a + 0, a + 4096, w + 6672, a + 2048, h1.First(13), h1.Last(13));
        Projection_32to32_64_Gated(a + 11264, a + 15360, w + 7728, a + 13312, h2.First(13), h2.Last(13));
        frame.Meet(n * 14 + 6);

        // 2.0 sum of halves
        AddHalves(a + 2048, a + 13312, a + 6656, 128 * me / all, 128 * (me + 1) / all);
        frame.Meet(n * 14 + 7);
        if (trace != null) CopyMap(in frame, a + 6656, 12288, 2048);

        // 2.1 expansion → depthwise → squeeze
        ExpandDepthwise5x5s1_24to96_8x8_Pooled_Squeeze16(a + 6656, w + 8784, a + 0, a + 11264, a + 8704, a + 8800, s, null, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 14 + 8);

        // 2.1 squeeze-excite
        Excite_6to96_Weights32_64_in2(a + 8800, w + 15216, w + 15936, a + 5120, a + 16384, s, 2 * me / all * 3, 2 * (me + 1) / all * 3);
        frame.Meet(n * 14 + 9);

        // 2.1 projection by halves
        Projection_48to32_64_Gated(a + 0, a + 5120, w + 15904, a + 3072, h1.First(13), h1.Last(13));
        Projection_48to32_64_Gated(a + 11264, a + 16384, w + 17472, a + 14336, h2.First(13), h2.Last(13));
        frame.Meet(n * 14 + 10);

        // 2.1 sum of halves + residual
        AddHalves_Residual(a + 3072, a + 14336, a + 8704, a + 6656, 128 * me / all, 128 * (me + 1) / all);
        frame.Meet(n * 14 + 11);
        if (trace != null) CopyMap(in frame, a + 8704, 14336, 2048);

        // head → mean
        Head_24to96_8x8(a + 8704, w + 19040, a + 6656, s, trace == null ? null : trace + 16384, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 14 + 12);
        if (trace != null) CopyMap(in frame, a + 6656, 22528, 96);

        // classifier
        Dense_96to5(a + 6656, w + 21440, a + 6752, me == 0 ? 0 : 1, 1);
        frame.Meet(n * 14 + 13);

        // logits and features leave the arena before the next image takes their place
        if (me == 0)
        {
            new ReadOnlySpan<float>(a + 6752, 5).CopyTo(new Span<float>(frame.Output + n * 5, 5));
            new ReadOnlySpan<float>(a + 6656, 96).CopyTo(new Span<float>(frame.Features + n * 96, 96));
        }
        frame.Barrier.Wait();
    }
}

// Copies a map out of the arena while a traced run waits.
private static void CopyMap(in ForwardFrame frame, float* map, long at, long floats)
{
    if (frame.Worker == 0) Buffer.MemoryCopy(map, frame.Trace + at, floats * sizeof(float), floats * sizeof(float));
    frame.Barrier.Wait();
}
