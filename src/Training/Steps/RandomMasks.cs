using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Drops at random: a function of seed, step, mask, image and element, whatever the number of threads and wherever a run was interrupted.</summary>
/// <param name="seed">The run's seed.</param>
public sealed class RandomMasks(ulong seed) : IMaskSource
{
    /// <summary>The step whose masks are drawn.</summary>
    public long Step { get; set; }

    /// <inheritdoc/>
    public void Fill(MaskDescription mask, int image, Span<float> values)
    {
        CounterRandom random = new CounterRandom(seed, RandomPurpose.Masks).Of((ulong)Step).Of((ulong)mask.At).Of((ulong)image);
        double keep = 1 - mask.Rate;
        float kept = (float)(1 / keep);
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Uniform((ulong)i) < keep ? kept : 0;
    }
}
