namespace EfficientNet.Training;

/// <summary>Mixup and CutMix: every image of a batch with the one before it.</summary>
internal static class Mixing
{
    /// <summary>Mixes images and targets.</summary>
    /// <param name="images">Normalised images, <c>[n][3][side][side]</c>.</param>
    /// <param name="targets"><c>[n][classes]</c>.</param>
    /// <param name="count">n.</param>
    /// <param name="side">Side of the images.</param>
    /// <param name="augmentation">Which of the two, and α.</param>
    /// <param name="random">The batch's random numbers.</param>
    public static void Apply(Span<float> images, Span<float> targets, int count, int side, Augmentation augmentation, RandomStream random)
    {
        if (count < 2) return;
        bool cut = augmentation.CutMix > 0 && (augmentation.Mixup == 0 || random.Uniform() < 0.5);
        double own = random.Beta(cut ? augmentation.CutMix : augmentation.Mixup);
        if (cut) own = Cut(images, count, side, own, random);
        else Mix(images, count, (float)own);
        Mix(targets, count, (float)own);
    }

    private static void Mix(Span<float> values, int count, float own)
    {
        int each = values.Length / count;
        float[] last = values.Slice((count - 1) * each, each).ToArray();
        for (int i = count - 1; i >= 0; i--)
        {
            ReadOnlySpan<float> other = i == 0 ? last : values.Slice((i - 1) * each, each);
            Span<float> mixed = values.Slice(i * each, each);
            for (int k = 0; k < each; k++) mixed[k] = own * mixed[k] + (1 - own) * other[k];
        }
    }

    // The part of the image that stays its own.
    private static double Cut(Span<float> images, int count, int side, double own, RandomStream random)
    {
        double half = 0.5 * Math.Sqrt(1 - own) * side;
        int x = random.Below(side), y = random.Below(side);
        int left = (int)Math.Max(0, x - half), right = (int)Math.Min(side, x + half), top = (int)Math.Max(0, y - half), bottom = (int)Math.Min(side, y + half);
        int each = images.Length / count;
        float[] last = images.Slice((count - 1) * each, each).ToArray();
        for (int i = count - 1; i >= 0; i--)
        {
            ReadOnlySpan<float> other = i == 0 ? last : images.Slice((i - 1) * each, each);
            Span<float> mixed = images.Slice(i * each, each);
            for (int row = 0; row < each / side; row++)
            {
                if (row % side < top || row % side >= bottom || right <= left) continue;
                other.Slice(row * side + left, right - left).CopyTo(mixed[(row * side + left)..]);
            }
        }

        return 1 - (double)Math.Max(0, right - left) * Math.Max(0, bottom - top) / ((double)side * side);
    }
}
