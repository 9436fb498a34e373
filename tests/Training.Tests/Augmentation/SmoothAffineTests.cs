namespace EfficientNet.Training.Tests;

public class SmoothAffineTests
{
    private const int Side = 9;

    [Fact]
    public void Whole_moves_and_quarter_turns_are_exact()
    {
        PixelBuffer moved = Numbered();
        SmoothAffineOperation.Apply(moved, degrees: 0, shear: 0, scale: 1, right: 2, down: -1);
        PixelBuffer turned = Numbered();
        SmoothAffineOperation.Apply(turned, degrees: 90, shear: 0, scale: 1, right: 0, down: 0);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                Red(moved, x, y).ShouldBe(x >= 2 && y < Side - 1 ? Red(Numbered(), x - 2, y + 1) : 0, $"{x}, {y} moved");
                Red(turned, x, y).ShouldBe(Red(Numbered(), y, Side - 1 - x), $"{x}, {y} turned clockwise");
            }
        }
    }

    [Fact]
    public void Half_moves_average_neighbours()
    {
        PixelBuffer moved = Numbered();
        SmoothAffineOperation.Apply(moved, degrees: 0, shear: 0, scale: 1, right: 0.5, down: 0);
        Red(moved, 4, 4).ShouldBe((int)Math.Round((Red(Numbered(), 3, 4) + Red(Numbered(), 4, 4)) / 2.0));
    }

    [Fact]
    public void What_is_only_moved_is_moved_by_whole_pixels()
    {
        var random = new RandomSequence(new CounterRandom(3, 0));
        int[] values = [0, .. Numbered().Rgb.Select(value => (int)value)];
        var settings = new RandomAffine(Degrees: 0, Translation: 0.3, SmallestScale: 1, LargestScale: 1, Shear: 0);
        var corners = new HashSet<int>();
        for (int i = 0; i < 50; i++)
        {
            PixelBuffer moved = Numbered();
            SmoothAffineOperation.Apply(moved, settings, ref random);
            moved.Rgb.Select(value => (int)value).ShouldBeSubsetOf(values);
            corners.Add(Red(moved, 4, 4));
        }

        corners.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Twice_the_size_looks_half_as_far_from_the_centre()
    {
        PixelBuffer large = Numbered();
        SmoothAffineOperation.Apply(large, degrees: 0, shear: 0, scale: 2, right: 0, down: 0);
        Red(large, 8, 4).ShouldBe(Red(Numbered(), 6, 4));
        Red(large, 4, 0).ShouldBe(Red(Numbered(), 4, 2));
    }

    private static PixelBuffer Numbered() => PixelBuffer.Of(Imaging.Image.FromGray(Enumerable.Range(0, Side * Side).Select(i => (byte)(i * 3)).ToArray(), Side, Side));

    private static int Red(PixelBuffer image, int x, int y) => image.Rgb[3 * (y * Side + x)];
}
