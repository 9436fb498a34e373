using System.Text.Json;
using EfficientNet.Imaging.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Tests.Resizing;

public class ImageResizerTests
{
    // Ones, primes, neighbours, powers of two and their neighbours; sides of no, one and several vectors.
    private static readonly int[] Sides = [1, 2, 3, 5, 8, 11, 16, 17, 31, 33, 64, 97, 130];

    public static TheoryData<Interpolation, int> Cases
    {
        get
        {
            TheoryData<Interpolation, int> cases = [];
            foreach (Interpolation interpolation in Enum.GetValues<Interpolation>())
            {
                foreach (int side in Sides) cases.Add(interpolation, side);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_pair_of_sizes_equals_the_plain_reference_to_the_bit(Interpolation interpolation, int width)
    {
        for (int i = 0; i < Sides.Length; i++)
        {
            int height = Sides[i];
            Image noise = Fixtures.Noise(width, height, seed: i);
            for (int j = 0; j < Sides.Length; j += 2)
            {
                int toWidth = Sides[(i + j) % Sides.Length], toHeight = Sides[(i * 3 + j + 1) % Sides.Length];

                Image resized = ImageResizer.Resize(noise, toWidth, toHeight, interpolation);

                (resized.Width, resized.Height).ShouldBe((toWidth, toHeight));
                resized.Pixels.SequenceEqual(PillowResize.Resize(noise, toWidth, toHeight, interpolation))
                    .ShouldBeTrue($"{width} x {height} to {toWidth} x {toHeight}, {interpolation}");
            }
        }
    }

    [Theory]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Bilinear)]
    public void Black_and_white_in_the_worst_places_neither_overflow_nor_wrap(Interpolation interpolation)
    {
        // Hard edges make bicubic overshoot both ends of the byte.
        byte[] edges = [.. Enumerable.Range(0, 24 * 24 * 3).Select(static i => (byte)((i / 9 + i / 200) % 2 * 255))];
        Image image = Image.FromRgb(edges, 24, 24);
        foreach (int side in (int[])[7, 23, 25, 48, 111])
        {
            ImageResizer.Resize(image, side, side, interpolation).Pixels.ToArray().ShouldBe(PillowResize.Resize(image, side, side, interpolation));
        }
    }

    [Fact]
    public void Sizes_up_and_down_equal_what_Pillow_wrote()
    {
        Image image = Image.Load(Fixtures.PathOf($"{Fixtures.Plain}.jpg"));
        JsonElement[] cases = [.. Fixtures.Expected.GetProperty("resized").EnumerateArray()];
        cases.Length.ShouldBe(20);
        foreach (JsonElement expected in cases)
        {
            int width = expected.GetProperty("width").GetInt32(), height = expected.GetProperty("height").GetInt32();
            Interpolation interpolation = Enum.Parse<Interpolation>(expected.GetProperty("interpolation").GetString()!);

            Image resized = ImageResizer.Resize(image, width, height, interpolation);

            Fixtures.Sha256(resized.Pixels).ShouldBe(expected.GetProperty("rgb_sha256").GetString(), $"{interpolation} {width} x {height}");
        }
    }

    [Theory]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Bilinear)]
    public void The_same_size_changes_nothing(Interpolation interpolation)
    {
        Image noise = Fixtures.Noise(19, 7);

        ImageResizer.Resize(noise, 19, 7, interpolation).Pixels.ToArray().ShouldBe(noise.Pixels.ToArray());
    }

    [Theory]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Bilinear)]
    public void A_region_is_that_part_of_the_whole(Interpolation interpolation)
    {
        Image noise = Fixtures.Noise(61, 47);
        foreach ((int width, int height) in ((int, int)[])[(20, 30), (61, 47), (100, 90), (61, 12)])
        {
            Image whole = ImageResizer.Resize(noise, width, height, interpolation);
            foreach ((int left, int top, int w, int h) in ((int, int, int, int)[])[(0, 0, 5, 4), (3, 2, 11, 7), (width - 6, height - 9, 6, 9), (width / 2, 1, 1, 1)])
            {
                Image region = ImageResizer.ResizeRegion(noise, width, height, interpolation, left, top, w, h);
                for (int y = 0; y < h; y++)
                {
                    region.Row(y).ToArray().ShouldBe(whole.Row(top + y).Slice(left * 3, w * 3).ToArray());
                }
            }
        }
    }

    [Fact]
    public void Sizes_and_filters_that_do_not_exist_are_refused()
    {
        Image image = Fixtures.Noise(2, 2);

        Should.Throw<ArgumentOutOfRangeException>(() => ImageResizer.Resize(image, 0, 1, Interpolation.Bicubic)).ParamName.ShouldBe("width");
        Should.Throw<ArgumentOutOfRangeException>(() => ImageResizer.Resize(image, 1, -1, Interpolation.Bicubic)).ParamName.ShouldBe("height");
        Should.Throw<ArgumentOutOfRangeException>(() => ImageResizer.Resize(image, int.MaxValue, 2, Interpolation.Bicubic)).ParamName.ShouldBe("height");
        Should.Throw<ArgumentOutOfRangeException>(() => ImageResizer.Resize(image, 1, 1, (Interpolation)7)).ParamName.ShouldBe("interpolation");
        Should.Throw<ArgumentNullException>(() => ImageResizer.Resize(null!, 1, 1, Interpolation.Bicubic));
    }
}
