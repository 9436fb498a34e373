using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Reads images, and keeps decoded ones as long as they fit. Any number of threads may ask.</summary>
/// <param name="data">The data set.</param>
/// <param name="bytes">What may be kept.</param>
/// <param name="reduction">By what a JPEG of a given width and height is reduced before anything else, the same whether it is kept or not; null where images are taken as they are.</param>
internal sealed class ImageCache(ImageDataset data, long bytes, Func<int, int, int>? reduction)
{
    private readonly Image?[] _kept = new Image?[data.Count];
    private long _free = bytes;

    /// <summary>A whole image.</summary>
    /// <exception cref="DatasetException">The image cannot be read.</exception>
    public Image Read(int index)
    {
        if (Volatile.Read(ref _kept[index]) is { } kept)
            return kept;
        Image image = data.Read(index);
        if (TryTake(image.Width, image.Height))
            Keep(index, image);
        return image;
    }

    /// <summary>An image of which a part will be asked for: of a JPEG that is not kept only that part is decoded.</summary>
    /// <exception cref="DatasetException">The image cannot be read.</exception>
    public CropSource Open(int index)
    {
        if (reduction is null || Volatile.Read(ref _kept[index]) is not null || data.OpenJpeg(index) is not { } whole)
            return new CropSource(Read(index), null);
        JpegFile file = whole.Reduced(reduction(whole.Width, whole.Height));
        if (!TryTake(file.Width, file.Height))
            return new CropSource(null, file);
        try
        {
            Image image = file.Decode();
            Keep(index, image);
            return new CropSource(image, null);
        }
        catch (ImageFormatException)
        {
            GiveBack(file.Width, file.Height);
            throw;
        }
    }

    private bool TryTake(int width, int height)
    {
        bool fits = Interlocked.Add(ref _free, -Size(width, height)) >= 0;
        if (!fits)
            GiveBack(width, height);
        return fits;
    }

    private void Keep(int index, Image image)
    {
        if (Interlocked.CompareExchange(ref _kept[index], image, null) is not null)
            GiveBack(image.Width, image.Height);
    }

    private void GiveBack(int width, int height)
    {
        Interlocked.Add(ref _free, Size(width, height));
    }

    private static long Size(int width, int height)
    {
        return 3L * width * height;
    }
}
