using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Tests.Pixels;

public class ImageRegionsTests
{
    private static readonly Image Source = Image.FromGray([1, 2, 3, 4, 5, 6], 3, 2);

    [Fact]
    public void A_crop_is_a_copy_of_its_rectangle()
    {
        Image part = Source.Crop(1, 0, 2, 2);

        (part.Width, part.Height).ShouldBe((2, 2));
        part.Pixels.ToArray().ShouldBe([2, 2, 2, 3, 3, 3, 5, 5, 5, 6, 6, 6]);
    }

    [Theory]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(0, -1, 1, 1)]
    [InlineData(2, 0, 2, 1)]
    [InlineData(0, 1, 1, 2)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(int.MaxValue, 0, 1, 1)]
    public void A_crop_that_is_not_within_is_refused(int left, int top, int width, int height)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Source.Crop(left, top, width, height));
    }

    [Fact]
    public void Padding_is_black_and_its_odd_pixel_goes_right_and_below()
    {
        Image padded = Source.Pad(6, 3);

        (padded.Width, padded.Height).ShouldBe((6, 3));
        padded.Pixels.ToArray().Where((_, i) => i % 3 == 1).ShouldBe([0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0]);
        Should.Throw<ArgumentOutOfRangeException>(() => Source.Pad(2, 2));
        Should.Throw<ArgumentOutOfRangeException>(() => Source.Pad(3, 1));
    }

    [Fact]
    public void Normalising_is_the_last_step_of_preprocessing()
    {
        var preprocessor = new ImagePreprocessor(new Preprocessing(2, 2, Interpolation.Bilinear, [0.1f, 0.2f, 0.3f], [0.5f, 0.6f, 0.7f]));
        Image square = Image.FromRgb([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120], 2, 2);
        float[] whole = new float[12], last = new float[12];

        preprocessor.Preprocess(square, whole);
        preprocessor.Normalize(square.Pixels, last);

        last.ShouldBe(whole);
        last[4].ShouldBe((20 / 255f - 0.2f) / 0.6f);
        Should.Throw<ArgumentException>(() => preprocessor.Normalize(square.Pixels[..9], last)).Message.ShouldStartWith("Expected 12 bytes for 2 x 2 pixels, found 9.");
        Should.Throw<ArgumentException>(() => preprocessor.Normalize(square.Pixels, new float[9])).Message.ShouldStartWith("Expected 12 floats for [3, 2, 2], found 9.");
    }
}
