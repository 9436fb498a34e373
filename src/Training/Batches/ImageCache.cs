using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Reads pictures, and keeps decoded ones as long as they fit. Any number of threads may ask.</summary>
/// <param name="data">The data set.</param>
/// <param name="bytes">What may be kept.</param>
internal sealed class ImageCache(ImageDataset data, long bytes)
{
    private readonly Image?[] _kept = new Image?[data.Count];
    private long _free = bytes;

    /// <exception cref="DatasetException">The picture cannot be read.</exception>
    public Image Read(int index)
    {
        if (Volatile.Read(ref _kept[index]) is { } kept)
            return kept;
        Image image = data.Read(index);
        int size = image.Pixels.Length;
        if (Interlocked.Add(ref _free, -size) < 0 || Interlocked.CompareExchange(ref _kept[index], image, null) is not null)
            Interlocked.Add(ref _free, size);
        return image;
    }
}
