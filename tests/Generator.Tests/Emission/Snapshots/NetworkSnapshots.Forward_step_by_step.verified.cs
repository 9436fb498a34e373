// Every worker runs this; each makes its share of a kernel's work and waits for the others.
// Offsets are floats: w packed weights, a the arena all workers share (from some step on the image's), s this worker's own scratch.
// h1 and h2 are its shares of what comes in two halves, own that of what all read and each half of the workers has a copy of.
// b is the arena in which an image goes on once all images that are under way have come so far.
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
    for (nint first = 0; first < frame.Images; first += frame.ImagesAtOnce)
    {
        nint end = Math.Min(first + frame.ImagesAtOnce, frame.Images);
        for (nint n = first; n < end; n++)
        {
            float* x = frame.Input + n * 3072;
            frame.Mark(0);
            float* b = frame.ArenaOf(end - 1 - n);
            ForwardFrom0(in frame, n, x, b);
        }

        // From here on blocks have many more weights than values: each step is made for all these images, while its weights are near.
        ForwardFrom8(in frame, first, end);
    }

    // classifier
    Classifier_640to5(frame.Features, frame.Images, w + 736144, frame.Output, s, me == 0 ? 0 : 1, 1);
    frame.Meet(18);
}

// Steps 0 … 7.
private static void ForwardFrom0(in ForwardFrame frame, nint n, float* x, float* b)
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

    // 1.0 stem → depthwise → squeeze
    StemDepthwise3x3s2_3to16_16x16_by16_Pooled_Squeeze16(x, w + 0, a + 0, a + 4224, a + 4256, s, trace == null ? null : trace + 0, h1.First(1), h1.Last(1));
    StemDepthwise3x3s2_3to16_16x16_by16_Pooled_Squeeze16(x, w + 864, a + 7680, a + 4240, a + 4272, s, trace == null ? null : trace + 4096, h2.First(1), h2.Last(1));
    frame.Meet(1);

    // 1.0 squeeze-excite
    Excite_8to32_Gates_64_in2(a + 4256, w + 1728, a + 4288, s, 2 * me / all, 2 * (me + 1) / all);
    frame.Meet(2);

    // 1.0 projection by halves
    Projection_16to16_64_Gated(a + 0, w + 2032, a + 2688, a + 4288, s, h1.First(3), h1.Last(3));
    Projection_16to16_64_Gated(a + 7680, w + 2304, a + 6144, a + 4304, s, h2.First(3), h2.Last(3));
    frame.Meet(3);

    // 1.0 sum of halves
    AddHalves(a + 2688, a + 6144, a + 0 + own.Copy * 7680, own.First(64), own.Last(64));
    frame.Meet(4);
    if (trace != null) CopyMap(in frame, a + 0, 8192, 1024);

    // 2.0 expansion → depthwise → squeeze
    ExpandDepthwise3x3s2_16to48_8x8_by32_Pooled_Squeeze16(a + 0 + own.Copy * 7680, w + 2576, a + 1024, a + 4224, a + 4320, s, null, h1.First(2), h1.Last(2));
    ExpandDepthwise3x3s2_16to48_8x8_by32_Pooled_Squeeze16(a + 0 + own.Copy * 7680, w + 5328, a + 8704, a + 4272, a + 4352, s, null, h2.First(2), h2.Last(2));
    frame.Meet(5);

    // 2.0 squeeze-excite
    Excite_4to96_Map_16_at48_in4(a + 4320, w + 8080, a + 1024, a + 8704, s, 6 * me / all, 6 * (me + 1) / all);
    frame.Meet(6);

    // 2.0 projection by halves
    Projection_48to96_16(a + 1024, w + 8576, a + 2688, h1.First(4), h1.Last(4));
    Projection_48to96_16(a + 8704, w + 13280, a + 6144, h2.First(4), h2.Last(4));
    frame.Meet(7);

    // 2.0 sum of halves
    AddHalves(a + 2688, a + 6144, b + 0 + own.Copy * 7680, own.First(96), own.Last(96));
    frame.Meet(8);
    if (trace != null) CopyMap(in frame, a + 0, 9216, 1536);
}

// Steps 8 … 16.
private static void ForwardFrom8(in ForwardFrame frame, nint first, nint end)
{
    float* w = frame.Weights;
    float* top = frame.ArenaOf(end - 1 - first);
    nint apart = frame.ArenaStride;
    float* s = frame.Scratch;
    float* trace = frame.Trace;
    nint me = frame.Worker;
    nint all = frame.Workers;
    var h1 = new HalfShare(0, me, all);
    var h2 = new HalfShare(1, me, all);
    var own = new CopyShare(me, all);

    // 3.0 expansion → depthwise → squeeze
    for (float* a = top; a >= frame.Arena; a -= apart) ExpandDepthwise5x5s2_96to288_4x4_by48_Pooled_Squeeze32(a + 0 + own.Copy * 7680, w + 17984, a + 1536, a + 4224, a + 4800, s, null, h1.First(6), h1.Last(6));
    for (float* a = top; a >= frame.Arena; a -= apart) ExpandDepthwise5x5s2_96to288_4x4_by48_Pooled_Squeeze32(a + 0 + own.Copy * 7680, w + 62624, a + 9216, a + 4512, a + 4992, s, null, h2.First(6), h2.Last(6));
    frame.Meet(9);

    // 3.0 squeeze-excite
    for (float* a = top; a >= frame.Arena; a -= apart) Excite_24to576_Map_4_at288_in12(a + 4800, w + 107264, a + 1536, a + 9216, s, 36 * me / all, 36 * (me + 1) / all);
    frame.Meet(10);

    // 3.0 projection by halves
    for (float* a = top; a >= frame.Arena; a -= apart) Projection_288to160_4(a + 1536, w + 121696, a + 2688, h1.First(2), h1.Last(2));
    for (float* a = top; a >= frame.Arena; a -= apart) Projection_288to160_4(a + 9216, w + 167936, a + 6144, h2.First(2), h2.Last(2));
    frame.Meet(11);

    // 3.0 sum of halves
    for (float* a = top; a >= frame.Arena; a -= apart) AddHalves(a + 2688, a + 6144, a + 1920 + own.Copy * 7680, own.First(40), own.Last(40));
    frame.Meet(12);
    if (trace != null) CopyMap(in frame, top + 1920, 10752, 640);

    // 3.1 expansion → depthwise → squeeze
    for (float* a = top; a >= frame.Arena; a -= apart) ExpandDepthwise5x5s1_160to480_2x2_by48_Pooled_Squeeze48(a + 1920 + own.Copy * 7680, w + 214176, a + 0, a + 4224, a + 5184, s, null, h1.First(10), h1.Last(10));
    for (float* a = top; a >= frame.Arena; a -= apart) ExpandDepthwise5x5s1_160to480_2x2_by48_Pooled_Squeeze48(a + 1920 + own.Copy * 7680, w + 326976, a + 7680, a + 4704, a + 5664, s, null, h2.First(10), h2.Last(10));
    frame.Meet(13);

    // 3.1 squeeze-excite
    for (float* a = top; a >= frame.Arena; a -= apart) Excite_40to960_Map_4_at480_in20(a + 5184, w + 439776, a + 0, a + 7680, s, 60 * me / all, 60 * (me + 1) / all);
    frame.Meet(14);

    // 3.1 projection by halves
    for (float* a = top; a >= frame.Arena; a -= apart) Projection_480to160_4(a + 0, w + 479184, a + 2688, h1.First(2), h1.Last(2));
    for (float* a = top; a >= frame.Arena; a -= apart) Projection_480to160_4(a + 7680, w + 556144, a + 6144, h2.First(2), h2.Last(2));
    frame.Meet(15);

    // 3.1 sum of halves + residual
    for (float* a = top; a >= frame.Arena; a -= apart) AddHalves_Residual(a + 2688, a + 6144, a + 0 + own.Copy * 7680, a + 1920 + own.Copy * 7680, own.First(40), own.Last(40));
    frame.Meet(16);
    if (trace != null) CopyMap(in frame, top + 0, 11392, 640);

    // head → mean
    for (nint n = first; n < end; n++)
    {
        float* a = frame.ArenaOf(end - 1 - n);
        Head_160to640_2x2(a + 0 + own.Copy * 7680, w + 633104, a + 4224, frame.Features + n * 640, s, trace == null ? null : trace + 12032, 8 * me / all, 8 * (me + 1) / all);
    }
    frame.Meet(17);
    if (trace != null) CopyMap(in frame, top + 4224, 14592, 640);
}

// Copies a map out of the arena while a traced run waits.
private static void CopyMap(in ForwardFrame frame, float* map, long at, long floats)
{
    if (frame.Worker == 0) Buffer.MemoryCopy(map, frame.Trace + at, floats * sizeof(float), floats * sizeof(float));
    frame.Barrier.Wait();
}
