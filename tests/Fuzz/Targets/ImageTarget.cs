using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>Images, decoded from memory that ends with them.</summary>
internal abstract class ImageTarget(string file) : Target
{
    /// <summary>The limit that is asked for; an image of more pixels must be refused before memory is taken for them.</summary>
    protected const long MostPixels = 1 << 18;

    protected static readonly ImageDecoderOptions Options = new() { MaxPixels = MostPixels };

    public override void Read(FuzzInput input)
    {
        Image image = Image.Decode(input.Memory[..input.Bytes.Length], file, Options);
        if ((long)image.Width * image.Height > MostPixels || image.Pixels.Length != image.Width * image.Height * 3)
            throw new InvalidPropertyException($"{image.Width} x {image.Height} pixels of {image.Pixels.Length} bytes");
    }

    protected override string? FileOf(Exception exception) => (exception as ImageFormatException)?.File;
}

/// <summary>PNG.</summary>
internal sealed class PngTarget() : ImageTarget("image.png")
{
    public override string Name => "PNG";

    public override Format Format { get; } = new PngFormat();

    public override long FixedExecutions => 30_000;

    // A byte deflates 1032 others at most, each up to eight pixels of three bytes, which are copied once to turn them: 1032 · 8 · 6. Never more than the 6 bytes of a
    // pixel that ImageDecoderOptions names; two rows of 16-bit RGBA, and the inflater, come on top.
    public override AllocationBound Bound => new(1 << 17, 1032 * 8 * 6, (MostPixels * (6 + 2 * 8)) + (1 << 17));
}

/// <summary>JPEG.</summary>
internal class JpegTarget() : ImageTarget(File)
{
    protected const string File = "image.jpg";

    public override string Name => "JPEG";

    public override Format Format { get; } = new JpegFormat();

    public override long FixedExecutions => 12_000;

    // Progressive files may pass over the whole image 200 times.
    public override TimeSpan TimeLimit => TimeSpan.FromSeconds(20);

    // A bit of the file is a block of 64 samples, of which up to 114 pixels can be made (sampling 4 x 1 beside 1 x 4); the 25 bytes of a pixel are those that
    // ImageDecoderOptions names. The library's tables and a row of blocks for each component come on top.
    public override AllocationBound Bound => new(1 << 20, 8 * 114 * 25, (MostPixels * 25) + (4 << 20));
}

/// <summary>A part of a JPEG, whole or reduced, as it is and resized, as training takes crops.</summary>
internal sealed class JpegPartTarget : JpegTarget
{
    public override string Name => "part of a JPEG";

    public override long FixedExecutions => 6_000;

    public override void Read(FuzzInput input)
    {
        var jpeg = new JpegFile(input.Memory[..input.Bytes.Length], File, Options);
        // Which part follows from the file, so that an input is the same one again.
        int salt = input.Bytes.Length + input.Bytes[input.Bytes.Length / 2];
        JpegFile file = jpeg.Reduced(1 << (salt & 3));
        int left = salt % file.Width, top = salt / 3 % file.Height, width = Math.Max(1, (file.Width - left) / 2), height = Math.Max(1, (file.Height - top) / 2);
        Image part = file.DecodeRegion(left, top, width, height);
        Image resized = file.ResizeRegion(left, top, width, height, 7, 5, Interpolation.Bicubic);
        if (part.Width != width || part.Height != height) throw new InvalidPropertyException($"{part.Width} x {part.Height} pixels of a part of {width} x {height}");
        if (!resized.Pixels.SequenceEqual(ImageResizer.Resize(part, 7, 5, Interpolation.Bicubic).Pixels)) throw new InvalidPropertyException("a part resized as its rows are made differs from the part resized");
    }
}
