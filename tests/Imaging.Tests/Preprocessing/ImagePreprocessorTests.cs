using EfficientNet.Imaging.Tests.Resizing;
using EfficientNet.Imaging.Tests.Support;
using EfficientNet.Runtime;

// Not the folder's namespace: it would hide the record it tests with.
namespace EfficientNet.Imaging.Tests;

public class ImagePreprocessorTests
{
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Std = [0.229f, 0.224f, 0.225f];

    [Theory]
    [InlineData(40, 30)]
    [InlineData(30, 40)]
    [InlineData(33, 33)]
    [InlineData(7, 50)]
    [InlineData(50, 7)]
    [InlineData(1, 9)]
    [InlineData(20, 21)]
    [InlineData(16, 23)]
    public void The_crop_is_the_centre_of_the_whole_resize(int width, int height)
    {
        Image image = Fixtures.Noise(width, height);
        foreach ((int resize, int crop) in ((int, int)[])[(20, 16), (21, 16), (20, 15), (16, 16), (9, 2), (40, 31)])
        {
            foreach (Interpolation interpolation in Enum.GetValues<Interpolation>())
            {
                ImagePreprocessor preprocessor = new(new Preprocessing(resize, crop, interpolation, Mean, Std));
                (int wide, int high) = width <= height ? (resize, resize * height / width) : (resize * width / height, resize);
                byte[] whole = PillowResize.Resize(image, wide, high, interpolation);
                (int left, int top) = (HalfToEven(wide - crop), HalfToEven(high - crop));

                Image centre = preprocessor.ResizeAndCrop(image);

                (centre.Width, centre.Height).ShouldBe((crop, crop));
                for (int y = 0; y < crop; y++)
                {
                    centre.Row(y).ToArray().ShouldBe(whole[(((top + y) * wide + left) * 3)..(((top + y) * wide + left + crop) * 3)]);
                }
            }
        }
    }

    [Fact]
    public void Every_byte_is_normalised_step_by_step_in_single_precision()
    {
        // 16 x 16 pixels, neither resized nor cropped, hold every value in every channel.
        byte[] pixels = [.. Enumerable.Range(0, 256 * 3).Select(static i => (byte)(i / 3 * (i % 3 * 2 + 1)))];
        ImagePreprocessor preprocessor = new(new Preprocessing(16, 16, Interpolation.Bicubic, Mean, Std));
        float[] input = new float[3 * 256];

        preprocessor.Preprocess(Image.FromRgb(pixels, 16, 16), input);

        for (int channel = 0; channel < 3; channel++)
        {
            for (int i = 0; i < 256; i++)
            {
                float scaled = pixels[i * 3 + channel] / 255f;
                float centred = scaled - Mean[channel];
                input[channel * 256 + i].ShouldBe(centred / Std[channel]);
            }
        }
    }

    [Fact]
    public void A_strip_as_long_as_files_allow_takes_no_more_than_its_middle()
    {
        Image strip = Image.FromGray(new byte[2_000_000], 2_000_000, 1);
        ImagePreprocessor preprocessor = new(new Preprocessing(256, 224, Interpolation.Bicubic, Mean, Std));
        float[] input = new float[preprocessor.InputLength];

        Malformed.Allocated(() => preprocessor.Preprocess(strip, input)).ShouldBeLessThan(2 << 20);

        input[^1].ShouldBe((0 / 255f - Mean[2]) / Std[2]);
    }

    [Fact]
    public void Threads_may_share_a_preprocessor()
    {
        Image[] images = [.. Enumerable.Range(0, 8).Select(static i => Fixtures.Noise(30 + i, 45 - i, seed: i))];
        ImagePreprocessor preprocessor = new(new Preprocessing(20, 16, Interpolation.Bilinear, Mean, Std));
        float[][] alone = [.. images.Select(image => Run(preprocessor, image))];

        Parallel.For(0, 200, i => Run(preprocessor, images[i % 8]).ShouldBe(alone[i % 8]));
    }

    [Fact]
    public void A_span_of_another_length_is_refused()
    {
        ImagePreprocessor preprocessor = new(new Preprocessing(5, 4, Interpolation.Bicubic, Mean, Std));

        preprocessor.InputLength.ShouldBe(48);
        Should.Throw<ArgumentException>(() => preprocessor.Preprocess(Fixtures.Noise(5, 5), new float[47])).ParamName.ShouldBe("input");
        Should.Throw<ArgumentException>(() => preprocessor.Preprocess(Fixtures.Noise(5, 5), new float[49])).ParamName.ShouldBe("input");
    }

    public static TheoryData<Preprocessing> Impossible => new()
    {
        new Preprocessing(223, 224, Interpolation.Bicubic, Mean, Std),
        new Preprocessing(224, 0, Interpolation.Bicubic, Mean, Std),
        new Preprocessing(int.MaxValue, int.MaxValue, Interpolation.Bicubic, Mean, Std),
        new Preprocessing(256, 224, (Interpolation)9, Mean, Std),
        new Preprocessing(256, 224, Interpolation.Bicubic, [0, 0], Std),
        new Preprocessing(256, 224, Interpolation.Bicubic, Mean, [1, 1, 1, 1]),
        new Preprocessing(256, 224, Interpolation.Bicubic, null!, Std),
        new Preprocessing(256, 224, Interpolation.Bicubic, [0, float.NaN, 0], Std),
        new Preprocessing(256, 224, Interpolation.Bicubic, Mean, [1, 0, 1]),
        new Preprocessing(256, 224, Interpolation.Bicubic, Mean, [1, 1, float.PositiveInfinity]),
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Settings_that_cannot_be_are_refused(Preprocessing settings) =>
        Should.Throw<ArgumentException>(() => new ImagePreprocessor(settings)).ParamName.ShouldNotBeNull();

    private static float[] Run(ImagePreprocessor preprocessor, Image image)
    {
        float[] input = new float[preprocessor.InputLength];
        preprocessor.Preprocess(image, input);
        return input;
    }

    private static int HalfToEven(int leftOver)
    {
        int half = leftOver / 2;
        return leftOver % 2 == 0 || half % 2 == 0 ? half : half + 1;
    }
}
