using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Benchmarks.Data;

/// <summary>Training images a second of one core, as the batch loader makes them.</summary>
internal static class CropRate
{
    /// <summary>Images of a batch.</summary>
    public const int Batch = 8;

    private static readonly Preprocessing ImageNet = new(256, 224, Interpolation.Bilinear, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Crops of 224 × 224 of one photo, normalised.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="augmentation">What else is done to them.</param>
    /// <param name="cacheBytes">0 where every crop is decoded from the file.</param>
    /// <param name="seconds">Processor time of a round.</param>
    public static double Of(Photos photo, Augmentation augmentation, long cacheBytes, double seconds)
    {
        using var loader = new BatchLoader(
            new DatasetSubset(photo, new int[Batch]), ImageNet, new BatchLoaderOptions { BatchSize = Batch, Augmentation = augmentation, CacheBytes = cacheBytes });
        return Rate.Of(seconds, Batch, () => loader.Take());
    }
}
