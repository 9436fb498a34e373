using System.Drawing;

namespace EfficientNet.Training.Tests;

public class RandomRegionsTests
{
    [Fact]
    public void Crops_have_the_area_and_the_ratio_that_was_asked_for()
    {
        var settings = new RandomResizedCrop(0.25, 0.5, 0.8, 1.25);
        var lefts = new HashSet<int>();
        for (ulong i = 0; i < 500; i++)
        {
            var random = new RandomSequence(new CounterRandom(1, i));
            Rectangle part = RandomRegions.Crop(settings, 400, 300, ref random);

            new Rectangle(0, 0, 400, 300).Contains(part).ShouldBeTrue();
            ((double)part.Width * part.Height / (400 * 300)).ShouldBeInRange(0.248, 0.502);
            ((double)part.Width / part.Height).ShouldBeInRange(0.79, 1.26);
            lefts.Add(part.Left);
        }

        lefts.Count.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData(100, 10, 43, 0, 13, 10)]
    [InlineData(10, 100, 0, 43, 10, 13)]
    public void Where_no_crop_fits_the_central_one_is_taken(int width, int height, int left, int top, int partWidth, int partHeight)
    {
        var random = new RandomSequence(new CounterRandom(1, 1));

        RandomRegions.Crop(new RandomResizedCrop(SmallestScale: 0.9), width, height, ref random).ShouldBe(new Rectangle(left, top, partWidth, partHeight));
    }

    [Fact]
    public void Erased_rectangles_are_within_and_smaller_than_the_picture()
    {
        for (ulong i = 0; i < 500; i++)
        {
            var random = new RandomSequence(new CounterRandom(2, i));
            Rectangle region = RandomRegions.Erase(new RandomErasing(), 32, 32, ref random);

            new Rectangle(0, 0, 32, 32).Contains(region).ShouldBeTrue();
            (region.Width * region.Height / 1024.0).ShouldBeInRange(0.01, 0.36);
            (region.Width < 32 && region.Height < 32).ShouldBeTrue();
        }
    }

    [Fact]
    public void CutMix_cuts_its_rectangle_at_the_border()
    {
        var sizes = new HashSet<int>();
        for (ulong i = 0; i < 200; i++)
        {
            var random = new RandomSequence(new CounterRandom(3, i));
            Rectangle region = RandomRegions.Mix(0.75, 16, 16, ref random);

            new Rectangle(0, 0, 16, 16).Contains(region).ShouldBeTrue();
            sizes.Add(region.Width);
        }

        // Half a side of √0.25 · 16 / 2 = 4 either way; less at the border.
        sizes.Order().ShouldBe([4, 5, 6, 7, 8]);
    }
}
