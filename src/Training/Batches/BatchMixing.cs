using System.Drawing;

namespace EfficientNet.Training;

/// <summary>Mixes every image of a batch with the one before it, the first with the last, as torchvision's MixUp and CutMix do.</summary>
internal static class BatchMixing
{
    /// <summary>Draws whether and how to mix, and does.</summary>
    /// <param name="batch">The batch; gets targets when it is mixed.</param>
    /// <param name="data">Where labels are.</param>
    /// <param name="side">The images' side.</param>
    /// <param name="settings">What to draw from.</param>
    /// <param name="random">The batch's stream.</param>
    public static void Apply(Batch batch, ImageDataset data, int side, Augmentation settings, RandomSequence random)
    {
        if (settings.Mixup == 0 && settings.CutMix == 0 || !random.Chance(settings.MixProbability))
            return;
        bool cuts = settings.Mixup == 0 || settings.CutMix > 0 && random.Chance(0.5);
        batch.FillTargets(data);
        double lambda = random.Beta(cuts ? settings.CutMix : settings.Mixup);
        if (cuts)
        {
            Rectangle region = RandomRegions.Mix(lambda, side, side, ref random);
            CutMix(batch, side, region);
        }
        else
        {
            Mixup(batch, (float)lambda);
        }
    }

    /// <summary>λ of each image and 1 − λ of the one before.</summary>
    public static void Mixup(Batch batch, float lambda)
    {
        float[] last = batch.Image(batch.Count - 1).ToArray();
        for (int i = batch.Count - 1; i >= 0; i--)
            Blend(batch.Image(i), i > 0 ? batch.Image(i - 1) : last, lambda);
        MixTargets(batch, lambda);
    }

    /// <summary>A rectangle of the image before; the targets by the area that is left.</summary>
    public static void CutMix(Batch batch, int side, Rectangle region)
    {
        float[] last = batch.Image(batch.Count - 1).ToArray();
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<float> before = i > 0 ? batch.Image(i - 1) : last;
            for (int plane = 0; plane < 3 * side * side; plane += side * side)
            {
                for (int y = region.Top; y < region.Bottom; y++)
                {
                    int at = plane + y * side + region.Left;
                    before.Slice(at, region.Width).CopyTo(batch.Image(i)[at..]);
                }
            }
        }

        MixTargets(batch, (float)(1 - (double)region.Width * region.Height / ((double)side * side)));
    }

    private static void MixTargets(Batch batch, float lambda)
    {
        float[] last = batch.Target(batch.Count - 1).ToArray();
        for (int i = batch.Count - 1; i >= 0; i--)
            Blend(batch.Target(i), i > 0 ? batch.Target(i - 1) : last, lambda);
    }

    private static void Blend(Span<float> values, ReadOnlySpan<float> before, float lambda)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = lambda * values[i] + (1 - lambda) * before[i];
    }
}
