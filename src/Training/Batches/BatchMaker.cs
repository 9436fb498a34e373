using System.Drawing;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Makes a batch: a function of data set, options and the batch's number. Any number of threads may ask.</summary>
internal sealed class BatchMaker
{
    private readonly ImageDataset _data;
    private readonly Preprocessing _preprocessing;
    private readonly BatchLoaderOptions _options;
    private readonly ImagePreprocessor _preprocessor;
    private readonly ImageCache _images;
    private readonly CounterRandom _augmentation;
    private readonly CounterRandom _mixing;

    public BatchMaker(ImageDataset data, Preprocessing preprocessing, BatchLoaderOptions options)
    {
        _data = data;
        _preprocessing = preprocessing;
        _options = options;
        _preprocessor = new ImagePreprocessor(preprocessing);
        RandomResizedCrop? crop = options.Fit == ImageFit.Resize ? options.Augmentation.Crop : null;
        _images = new ImageCache(data, options.CacheBytes, crop is null ? null : (width, height) => RandomRegions.Reduction(crop, width, height, preprocessing.Crop));
        _augmentation = new CounterRandom(options.Seed, RandomPurpose.Augmentation);
        _mixing = new CounterRandom(options.Seed, RandomPurpose.Mixing);
        Order = new SampleOrder(data.Count, options);
    }

    public SampleOrder Order { get; }

    public Batch NewBatch()
    {
        bool targets = _data.IsMultiLabel || _options.Augmentation.Mixup > 0 || _options.Augmentation.CutMix > 0;
        return new Batch(Math.Min(_options.BatchSize, _data.Count), _preprocessor.InputLength, _data.Classes.Count, targets);
    }

    /// <exception cref="DatasetException">An image cannot be read, or is too large to pad.</exception>
    public void Make(long number, Batch batch, CancellationToken stopping)
    {
        int epoch = Order.EpochOf(number);
        batch.Begin(number, epoch, Order.Indices(number), _data);
        for (int place = 0; place < batch.Count; place++)
        {
            stopping.ThrowIfCancellationRequested();
            int index = batch.Indices[place];
            try
            {
                Write(index, epoch, batch.Image(place));
            }
            catch (ImageFormatException exception)
            {
                throw new DatasetException(_data.NameOf(index), exception.Reason, exception);
            }
            catch (Exception exception) when (exception is not DatasetException)
            {
                throw new DatasetException(_data.NameOf(index), exception.Message, exception);
            }
        }

        BatchMixing.Apply(batch, _data, _preprocessing.Crop, _options.Augmentation, new RandomSequence(_mixing.Of((ulong)number)));
    }

    private void Write(int index, int epoch, Span<float> input)
    {
        Augmentation settings = _options.Augmentation;
        var random = new RandomSequence(_augmentation.Of((ulong)epoch).Of((ulong)index));
        PixelBuffer pixels = PixelBuffer.Of(Fitted(index, settings.Crop, ref random));
        if (settings.Flip > 0 && random.Chance(settings.Flip))
            pixels.Flip();
        if (settings.Affine is { } affine)
            SmoothAffineOperation.Apply(pixels, affine, ref random);
        if (settings.Jitter is { } jitter)
            PixelAugmenter.Jitter(pixels, jitter, ref random);
        if (settings.RandAugment is { } operations)
            PixelAugmenter.RandAugment(pixels, operations, ref random);
        _preprocessor.Normalize(pixels.Rgb, input);
        if (settings.Erasing is { } erasing && random.Chance(erasing.Probability))
            Erase(RandomRegions.Erase(erasing, pixels.Width, pixels.Height, ref random), pixels.Width, input);
    }

    private Image Fitted(int index, RandomResizedCrop? crop, ref RandomSequence random)
    {
        int side = _preprocessing.Crop;
        if (_options.Fit == ImageFit.Resize && crop is null)
            return _preprocessor.ResizeAndCrop(_images.Read(index));
        CropSource source = _options.Fit == ImageFit.Resize ? _images.Open(index) : new CropSource(Padded(index, side), null);
        if (crop is null)
            return source.Pixels!;
        return source.Resized(RandomRegions.Crop(crop, source.Width, source.Height, ref random), side, _preprocessing.Interpolation);
    }

    private Image Padded(int index, int side)
    {
        Image image = _images.Read(index);
        if (image.Width > side || image.Height > side)
            throw new DatasetException(_data.NameOf(index), $"expected at most {side} x {side} pixels to pad, found {image.Width} x {image.Height}");
        return image.Pad(side, side);
    }

    private static void Erase(Rectangle region, int side, Span<float> input)
    {
        for (int plane = 0; plane < input.Length; plane += side * side)
        {
            for (int y = region.Top; y < region.Bottom; y++)
                input.Slice(plane + y * side + region.Left, region.Width).Clear();
        }
    }
}
