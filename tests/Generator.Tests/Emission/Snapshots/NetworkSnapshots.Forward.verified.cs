// Every worker runs this; each makes its share of a kernel's work and waits for the others.
// Offsets are floats: w packed weights, a the arena all workers share, s this worker's own scratch.
public static void Forward(in ForwardFrame frame)
{
    float* w = frame.Weights;
    float* a = frame.Arena;
    float* s = frame.Scratch;
    float* trace = frame.Trace;
    nint me = frame.Worker;
    nint all = frame.Workers;
    for (nint n = 0; n < frame.Images; n++)
    {
        float* x = frame.Input + n * 3072;
        frame.Mark(n * 12);

        // 1.0 stem → depthwise → squeeze
        StemDepthwise3x3s1_3to32_16x16_Pooled_Squeeze16(x, w + 0, a + 0, a + 8192, s, trace == null ? null : trace + 0, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 12 + 1);

        // 1.0 squeeze-excite
        Excite_8to32_Weights16_256_in1_by108(a + 8192, w + 1216, w + 1728, w + 2048, a + 12288, s, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 12 + 2);

        // 1.0 projection
        Projection_32to16_256_Gated(a + 0, a + 12288, w + 2032, a + 8192, 43 * me / all, 43 * (me + 1) / all);
        frame.Meet(n * 12 + 3);
        if (trace != null) CopyMap(in frame, a + 8192, 8192, 4096);

        // 2.0 expansion → depthwise → squeeze
        ExpandDepthwise5x5s2_16to64_16x16_Pooled_Squeeze16(a + 8192, w + 2560, a + 0, a + 6144, a + 6208, s, null, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 12 + 4);

        // 2.0 squeeze-excite
        Excite_4to64_Weights32_64_in2(a + 6208, w + 6336, w + 6704, a + 4096, s, 4 * me / all, 4 * (me + 1) / all);
        frame.Meet(n * 12 + 5);

        // 2.0 projection
        Projection_64to32_64_Gated(a + 0, a + 4096, w + 6672, a + 9216, 13 * me / all, 13 * (me + 1) / all);
        frame.Meet(n * 12 + 6);
        if (trace != null) CopyMap(in frame, a + 9216, 12288, 2048);

        // 2.1 expansion → depthwise → squeeze
        ExpandDepthwise5x5s1_24to96_8x8_Pooled_Squeeze16(a + 9216, w + 8752, a + 0, a + 11264, a + 11360, s, null, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 12 + 7);

        // 2.1 squeeze-excite
        Excite_6to96_Weights32_64_in2(a + 11360, w + 15184, w + 15904, a + 6144, s, 6 * me / all, 6 * (me + 1) / all);
        frame.Meet(n * 12 + 8);

        // 2.1 projection + residual
        Projection_96to32_64_Residual_Gated(a + 0, a + 6144, w + 15872, a + 11264, a + 9216, 13 * me / all, 13 * (me + 1) / all);
        frame.Meet(n * 12 + 9);
        if (trace != null) CopyMap(in frame, a + 11264, 14336, 2048);

        // head → mean
        Head_24to96_8x8(a + 11264, w + 18976, a + 0, s, trace == null ? null : trace + 16384, 2 * me / all, 2 * (me + 1) / all);
        frame.Meet(n * 12 + 10);
        if (trace != null) CopyMap(in frame, a + 0, 22528, 96);

        // classifier
        Dense_96to5(a + 0, w + 21376, a + 96, me == 0 ? 0 : 1, 1);
        frame.Meet(n * 12 + 11);

        // logits and features leave the arena before the next image takes their place
        if (me == 0)
        {
            new ReadOnlySpan<float>(a + 96, 5).CopyTo(new Span<float>(frame.Output + n * 5, 5));
            new ReadOnlySpan<float>(a + 0, 96).CopyTo(new Span<float>(frame.Features + n * 96, 96));
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
