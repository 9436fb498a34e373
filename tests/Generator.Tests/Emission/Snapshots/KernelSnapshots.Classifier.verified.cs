// Avx2: vectors of 8 floats, 16 registers.
// Classifier, 20 features → 40 logits of every image.
//   x        [images][20]     y  [images][40]
//   weights  for each panel [48] bias, [20][48]
//   tile     4 × 2 vectors, and 1 × 6 vectors for what is left
//   sum      bias first, then feature by feature
//   scratch  [4][48]
//   work     1 panel; panels first … last − 1 are made here
[MethodImpl(Kernel)]
private static void Classifier_20to40(float* x, nint images, float* weights, float* y, float* scratch, nint first, nint last)
{
    for (nint panel = first; panel < last; panel++)
    {
        int outputs = (int)Math.Min(48, 40 - panel * 48);
        nint image = 0;
        for (; image + 4 <= images; image += 4)
        {
            float* x0 = x + (image + 0) * 20;
            float* x1 = x + (image + 1) * 20;
            float* x2 = x + (image + 2) * 20;
            float* x3 = x + (image + 3) * 20;
            for (nint pass = 0; pass < 3; pass++)
            {
                float* w = weights + panel * 1008 + pass * 16;
                var y0_0 = V.Load(w + 0);
                var y0_1 = V.Load(w + 8);
                var y1_0 = V.Load(w + 0);
                var y1_1 = V.Load(w + 8);
                var y2_0 = V.Load(w + 0);
                var y2_1 = V.Load(w + 8);
                var y3_0 = V.Load(w + 0);
                var y3_1 = V.Load(w + 8);
                for (nint k = 0; k < 20; k++)
                {
                    w += 48;
                    var b0 = V.Create(x0[k]);
                    var b1 = V.Create(x1[k]);
                    var b2 = V.Create(x2[k]);
                    var b3 = V.Create(x3[k]);
                    var w0 = V.Load(w + 0);
                    y0_0 = V.FusedMultiplyAdd(b0, w0, y0_0);
                    y1_0 = V.FusedMultiplyAdd(b1, w0, y1_0);
                    y2_0 = V.FusedMultiplyAdd(b2, w0, y2_0);
                    y3_0 = V.FusedMultiplyAdd(b3, w0, y3_0);
                    var w1 = V.Load(w + 8);
                    y0_1 = V.FusedMultiplyAdd(b0, w1, y0_1);
                    y1_1 = V.FusedMultiplyAdd(b1, w1, y1_1);
                    y2_1 = V.FusedMultiplyAdd(b2, w1, y2_1);
                    y3_1 = V.FusedMultiplyAdd(b3, w1, y3_1);
                }
                V.Store(y0_0, scratch + pass * 16 + 0);
                V.Store(y0_1, scratch + pass * 16 + 8);
                V.Store(y1_0, scratch + pass * 16 + 48);
                V.Store(y1_1, scratch + pass * 16 + 56);
                V.Store(y2_0, scratch + pass * 16 + 96);
                V.Store(y2_1, scratch + pass * 16 + 104);
                V.Store(y3_0, scratch + pass * 16 + 144);
                V.Store(y3_1, scratch + pass * 16 + 152);
            }
            for (nint row = 0; row < 4; row++)
            {
                new ReadOnlySpan<float>(scratch + row * 48, outputs).CopyTo(new Span<float>(y + (image + row) * 40 + panel * 48, outputs));
            }
        }
        for (; image < images; image++)
        {
            float* x0 = x + image * 20;
            {
                float* w = weights + panel * 1008;
                var y0_0 = V.Load(w + 0);
                var y0_1 = V.Load(w + 8);
                var y0_2 = V.Load(w + 16);
                var y0_3 = V.Load(w + 24);
                var y0_4 = V.Load(w + 32);
                var y0_5 = V.Load(w + 40);
                for (nint k = 0; k < 20; k++)
                {
                    w += 48;
                    var b0 = V.Create(x0[k]);
                    var w0 = V.Load(w + 0);
                    y0_0 = V.FusedMultiplyAdd(b0, w0, y0_0);
                    var w1 = V.Load(w + 8);
                    y0_1 = V.FusedMultiplyAdd(b0, w1, y0_1);
                    var w2 = V.Load(w + 16);
                    y0_2 = V.FusedMultiplyAdd(b0, w2, y0_2);
                    var w3 = V.Load(w + 24);
                    y0_3 = V.FusedMultiplyAdd(b0, w3, y0_3);
                    var w4 = V.Load(w + 32);
                    y0_4 = V.FusedMultiplyAdd(b0, w4, y0_4);
                    var w5 = V.Load(w + 40);
                    y0_5 = V.FusedMultiplyAdd(b0, w5, y0_5);
                }
                V.Store(y0_0, scratch + 0);
                V.Store(y0_1, scratch + 8);
                V.Store(y0_2, scratch + 16);
                V.Store(y0_3, scratch + 24);
                V.Store(y0_4, scratch + 32);
                V.Store(y0_5, scratch + 40);
            }
            new ReadOnlySpan<float>(scratch, outputs).CopyTo(new Span<float>(y + image * 40 + panel * 48, outputs));
        }
    }
}
