// Every worker runs this; each makes its share of a kernel's work and waits for the others.
// Offsets are floats: w packed weights, a the arena all workers share, s this worker's own scratch.
// h1 and h2 are its shares of what comes in two halves, own that of what all read and each half of the workers has a copy of.
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
    var own = new CopyShare(me, all);
    for (nint n = 0; n < frame.Images; n++)
    {
        float* x = frame.Input + n * 3072;
        frame.Mark(0);

        // 1.0 stem → depthwise → squeeze
        StemDepthwise3x3s1_3to32_16x16_by16_in2_Pooled_Squeeze16(x, w + 0, a + 0, a + 13440, a + 7168, s, trace == null ? null : trace + 0, 4 * me / all, 4 * (me + 1) / all);
        frame.Meet(1);

        // 1.0 squeeze-excite
        Excite_8to32_Gates_256_in2x2_by54(a + 7168, w + 608, w + 1728, a + 11264, s, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(2);

        // 1.0 projection
        Projection_32to16_128_by256_Gated(a + 0, w + 2032, a + 7168, a + 11264, s, h1.First(26), h1.Last(26));
        Projection_32to16_128_by256_Gated(a + 13440, w + 2032, a + 9216, a + 11264, s, h2.First(26), h2.Last(26));
        frame.Meet(3);
        if (trace != null) CopyMap(in frame, a + 7168, 8192, 4096);

        // 2.0 expansion → depthwise → squeeze
        ExpandDepthwise5x5s2_16to32_16x16_by16_Pooled_Squeeze16(a + 7168, w + 2560, a + 0, a + 11264, a + 11328, s, null, h1.First(2), h1.Last(2));
        ExpandDepthwise5x5s2_16to32_16x16_by16_Pooled_Squeeze16(a + 7168, w + 4448, a + 13440, a + 11296, a + 11360, s, null, h2.First(2), h2.Last(2));
        frame.Meet(4);

        // 2.0 squeeze-excite
        Excite_4to64_Gates_64_in4(a + 11328, w + 6336, a + 7168, s, 4 * me / all, 4 * (me + 1) / all);
        frame.Meet(5);

        // 2.0 projection by halves
        Projection_32to24_64_Gated(a + 0, w + 6672, a + 5120, a + 7168, s, h1.First(16), h1.Last(16));
        Projection_32to24_64_Gated(a + 13440, w + 7728, a + 11392, a + 7200, s, h2.First(16), h2.Last(16));
        frame.Meet(6);

        // 2.0 sum of halves
        AddHalves(a + 5120, a + 11392, a + 3072 + own.Copy * 13440, own.First(128), own.Last(128));
        frame.Meet(7);
        if (trace != null) CopyMap(in frame, a + 3072, 12288, 2048);

        // 2.1 expansion → depthwise → squeeze
        ExpandDepthwise5x5s1_24to48_8x8_by32_Pooled_Squeeze16(a + 3072 + own.Copy * 13440, w + 8784, a + 0, a + 7168, a + 7360, s, null, h1.First(2), h1.Last(2));
        ExpandDepthwise5x5s1_24to48_8x8_by32_Pooled_Squeeze16(a + 3072 + own.Copy * 13440, w + 13072, a + 13440, a + 7216, a + 7392, s, null, h2.First(2), h2.Last(2));
        frame.Meet(8);

        // 2.1 squeeze-excite
        Excite_6to96_Gates_64_in4(a + 7360, w + 17360, a + 7264, s, 6 * me / all, 6 * (me + 1) / all);
        frame.Meet(9);

        // 2.1 projection by halves
        Projection_48to24_64_Gated(a + 0, w + 18048, a + 5120, a + 7264, s, h1.First(16), h1.Last(16));
        Projection_48to24_64_Gated(a + 13440, w + 19616, a + 11392, a + 7312, s, h2.First(16), h2.Last(16));
        frame.Meet(10);

        // 2.1 sum of halves + residual
        AddHalves_Residual(a + 5120, a + 11392, a + 0 + own.Copy * 13440, a + 3072 + own.Copy * 13440, own.First(128), own.Last(128));
        frame.Meet(11);
        if (trace != null) CopyMap(in frame, a + 0, 14336, 2048);

        // head → mean
        Head_24to96_8x8(a + 0 + own.Copy * 13440, w + 21184, a + 7168, frame.Features + n * 96, s, trace == null ? null : trace + 16384, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(12);
        if (trace != null) CopyMap(in frame, a + 7168, 22528, 96);
    }

    // classifier
    Classifier_96to5(frame.Features, frame.Images, w + 23584, frame.Output, s, me == 0 ? 0 : 1, 1);
    frame.Meet(13);
}

// Copies a map out of the arena while a traced run waits.
private static void CopyMap(in ForwardFrame frame, float* map, long at, long floats)
{
    if (frame.Worker == 0) Buffer.MemoryCopy(map, frame.Trace + at, floats * sizeof(float), floats * sizeof(float));
    frame.Barrier.Wait();
}
