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
    public void A_photo_is_reduced_as_far_as_every_crop_of_it_keeps_the_networks_side()
    {
        var settings = new RandomResizedCrop();
        var found = new HashSet<int>();
        for (ulong i = 0; i < 400; i++)
        {
            var random = new RandomSequence(new CounterRandom(3, i));
            int width = 1 + random.Below(6000), height = 1 + random.Below(6000), side = 1 + random.Below(300);

            int reduction = RandomRegions.Reduction(settings, width, height, side);

            found.Add(reduction);
            (int reducedWidth, int reducedHeight) = ((width + reduction - 1) / reduction, (height + reduction - 1) / reduction);
            for (int draw = 0; draw < 50 && reduction > 1; draw++)
            {
                Rectangle part = RandomRegions.Crop(settings, reducedWidth, reducedHeight, ref random);
                Math.Min(part.Width, part.Height).ShouldBeGreaterThanOrEqualTo(side, $"{width} x {height} by {reduction}");
            }
        }

        found.Order().ShouldBe([1, 2, 4, 8]);
    }

    [Theory]
    [InlineData(640, 427, 224, 1)]
    [InlineData(2112, 1580, 224, 1)]
    [InlineData(2120, 1590, 224, 2)]
    [InlineData(4000, 3000, 224, 2)]
    [InlineData(6000, 4000, 224, 4)]
    [InlineData(8000, 400, 128, 2)]
    [InlineData(20000, 200, 128, 1)]
    [InlineData(640, 427, 32, 4)]
    [InlineData(640, 427, 16, 8)]
    public void The_smallest_crop_decides_by_what_a_photo_is_reduced(int width, int height, int side, int reduction)
    {
        RandomRegions.Reduction(new RandomResizedCrop(), width, height, side).ShouldBe(reduction);
        RandomRegions.Reduction(new RandomResizedCrop(), height, width, side).ShouldBe(reduction);
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
