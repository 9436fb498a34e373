using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class PixelAugmenterTests
{
    [Theory]
    [InlineData(0, 30, 1, "original")]
    [InlineData(1, 30, 1, "shear x 0.3")]
    [InlineData(1, 9, -1, "shear x -0.09")]
    [InlineData(2, 30, 1, "shear y 0.3")]
    [InlineData(3, 16, 1, "translate 3 0")]
    [InlineData(4, 30, 1, "translate 0 4")]
    [InlineData(5, 30, 1, "rotate 30")]
    [InlineData(5, 9, -1, "rotate -9")]
    [InlineData(6, 9, 1, "brightness 1.27")]
    [InlineData(7, 30, 1, "saturation 1.9")]
    [InlineData(8, 9, 1, "contrast 1.27")]
    [InlineData(9, 30, 1, "sharpness 1.9")]
    [InlineData(10, 15, 1, "posterize 6")]
    [InlineData(10, 30, 1, "posterize 4")]
    [InlineData(11, 9, 1, "solarize 178.5")]
    [InlineData(12, 9, 1, "autocontrast")]
    [InlineData(13, 9, 1, "equalize")]
    public void RandAugments_operations_have_torchvisions_strength(int operation, int magnitude, int sign, string name)
    {
        PixelBuffer image = PillowReference.Read("original");

        PixelAugmenter.Apply(image, operation, magnitude, sign);

        image.Rgb.ShouldBe(PillowReference.Read(name).Rgb);
    }

    [Fact]
    public void RandAugment_draws_every_operation_and_both_signs()
    {
        var results = new HashSet<string>();
        for (ulong i = 0; i < 600; i++)
        {
            PixelBuffer image = PillowReference.Read("large");
            var random = new RandomSequence(new CounterRandom(1, i));
            PixelAugmenter.RandAugment(image, new RandAugment(Count: 1, Magnitude: 15), ref random);
            results.Add(Convert.ToHexString(image.Rgb));
        }

        // Identity, four operations without a sign, nine with both.
        results.Count.ShouldBe(1 + 4 + 2 * 9);
    }

    [Fact]
    public void Jitter_applies_the_factor_that_it_draws()
    {
        var random = new RandomSequence(new CounterRandom(3, 4));
        PixelBuffer image = PillowReference.Read("original"), expected = PillowReference.Read("original");

        PixelAugmenter.Jitter(image, new ColorJitter(Contrast: 0.4), ref random);

        var again = new RandomSequence(new CounterRandom(3, 4));
        again.Shuffle(new int[4]);
        again.Between(0, 1);
        ColorOperations.Contrast(expected, again.Between(0.6, 1.4));
        image.Rgb.ShouldBe(expected.Rgb);
        image.Rgb.ShouldNotBe(PillowReference.Read("original").Rgb);
    }

    [Fact]
    public void Jitter_takes_its_four_steps_in_every_order()
    {
        var results = new HashSet<string>();
        for (ulong i = 0; i < 20; i++)
        {
            PixelBuffer image = PillowReference.Read("original");
            var random = new RandomSequence(new CounterRandom(5, i));
            PixelAugmenter.Jitter(image, new ColorJitter(0.4, 0.4, 0.4, 0.1), ref random);
            results.Add(Convert.ToHexString(image.Rgb));
        }

        results.Count.ShouldBe(20);
    }
}
