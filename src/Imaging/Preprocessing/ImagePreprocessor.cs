using EfficientNet.Runtime;

namespace EfficientNet.Imaging;

/// <summary>
/// Turns a photo into a network's input as torchvision and timm do for evaluation: the shorter side to
/// <see cref="Preprocessing.Resize"/>, a square of <see cref="Preprocessing.Crop"/> from the centre, bytes to 0..1,
/// then (value − mean) / std for each channel.
/// </summary>
/// <remarks>
/// The longer side becomes <c>(int)(resize · longer / shorter)</c> pixels; the crop starts at half of what is left over,
/// halves rounded to even. Resizing is <see cref="ImageResizer"/>'s, and the floating-point steps are rounded one by
/// one in single precision, so that the result is PyTorch's to the bit. Any number of threads may share an instance.
/// </remarks>
public sealed class ImagePreprocessor
{
    private const int Channels = 3;
    private const int Levels = 256;

    private readonly Preprocessing settings;

    // A byte has 256 values, so each channel's arithmetic is done once, here.
    private readonly float[] normalized = new float[Channels * Levels];

    /// <summary>Prepares for one network.</summary>
    /// <param name="settings">The network's numbers.</param>
    /// <exception cref="ArgumentException">
    /// A side is not positive, the crop is larger than the resized shorter side, the filter is unknown, or mean and std
    /// are not three finite numbers each, std above zero.
    /// </exception>
    public ImagePreprocessor(Preprocessing settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Crop, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)settings.Crop * settings.Crop, Image.LargestPixelCount, nameof(settings));
        if (settings.Resize < settings.Crop)
        {
            throw new ArgumentException($"A square of {settings.Crop} pixels cannot be cut out of a side of {settings.Resize}.", nameof(settings));
        }

        ImageResizer.CheckKnown(settings.Interpolation);
        if (settings.Mean is not { Count: Channels } || settings.Std is not { Count: Channels })
        {
            throw new ArgumentException("Mean and std take three numbers each: red, green, blue.", nameof(settings));
        }

        for (int channel = 0; channel < Channels; channel++)
        {
            float mean = settings.Mean[channel], std = settings.Std[channel];
            if (!float.IsFinite(mean) || !float.IsFinite(std) || std <= 0)
            {
                throw new ArgumentException($"Mean {mean} and std {std} of channel {channel} must be finite, and std above zero.", nameof(settings));
            }

            for (int level = 0; level < Levels; level++)
            {
                normalized[channel * Levels + level] = (level / 255f - mean) / std;
            }
        }

        this.settings = settings;
    }

    /// <summary>Floats of one input: 3 · crop · crop.</summary>
    public int InputLength => Channels * settings.Crop * settings.Crop;

    /// <summary>Writes one photo as a network takes it.</summary>
    /// <param name="image">The photo, of any size.</param>
    /// <param name="input">
    /// <see cref="InputLength"/> floats, [3, crop, crop] in NCHW order: all of red row by row, then green, then blue. In
    /// a batch, image n's are those from n · <see cref="InputLength"/> on.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="input"/> has another length.</exception>
    public void Preprocess(Image image, Span<float> input)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckLength(input);
        Normalize(ResizeAndCrop(image).Pixels, input);
    }

    /// <summary>The last step alone: bytes to 0..1, then (value − mean) / std for each channel.</summary>
    /// <param name="pixels"><see cref="InputLength"/> bytes: crop × crop pixels of three bytes, row by row, as <see cref="Image.Pixels"/>.</param>
    /// <param name="input"><see cref="InputLength"/> floats, [3, crop, crop], as <see cref="Preprocess"/> writes them.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Normalize(ReadOnlySpan<byte> pixels, Span<float> input)
    {
        CheckLength(input);
        if (pixels.Length != InputLength)
        {
            throw new ArgumentException($"Expected {InputLength} bytes for {settings.Crop} x {settings.Crop} pixels, found {pixels.Length}.", nameof(pixels));
        }

        int plane = input.Length / Channels;
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<float> table = normalized.AsSpan(channel * Levels, Levels);
            Span<float> output = input.Slice(channel * plane, plane);
            for (int i = 0, from = channel; i < output.Length; i++, from += Channels) output[i] = table[pixels[from]];
        }
    }

    /// <summary>The square that <see cref="Preprocess"/> looks at, before it is made numbers: crop × crop pixels.</summary>
    /// <param name="image">The photo, of any size.</param>
    public Image ResizeAndCrop(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        long width = settings.Resize, height = settings.Resize;
        if (image.Width <= image.Height)
        {
            height = (long)((double)(width * image.Height) / image.Width);
        }
        else
        {
            width = (long)((double)(height * image.Width) / image.Height);
        }

        return ImageResizer.ResizeRegion(
            image, width, height, settings.Interpolation, Margin(width), Margin(height), settings.Crop, settings.Crop);
    }

    private void CheckLength(ReadOnlySpan<float> input)
    {
        if (input.Length != InputLength)
        {
            throw new ArgumentException($"Expected {InputLength} floats for [3, {settings.Crop}, {settings.Crop}], found {input.Length}.", nameof(input));
        }
    }

    private long Margin(long side) => (long)Math.Round((side - settings.Crop) / 2.0, MidpointRounding.ToEven);
}
