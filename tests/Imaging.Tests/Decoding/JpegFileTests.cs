using EfficientNet.Imaging.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Tests.Decoding;

public class JpegFileTests
{
    private static readonly int[] Reductions = [1, 2, 4, 8];

    [Theory]
    [MemberData(nameof(JpegFixtureTests.Names), MemberType = typeof(JpegFixtureTests))]
    public void A_part_of_an_image_is_that_part_of_the_whole_to_the_bit(string name)
    {
        foreach (int reduction in Reductions) CompareRegions(new JpegFile(Fixtures.Jpeg(name), name).Reduced(reduction), seed: reduction);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_part_of_a_turned_image_is_that_part_of_the_upright_one(int orientation)
    {
        byte[] bytes = OrientationTests.WithExif(OrientationTests.Tiff(orientation, littleEndian: true));
        Image expected = Image.Decode(bytes, "turned.jpg");

        var file = new JpegFile(bytes, "turned.jpg");

        (file.Width, file.Height).ShouldBe((expected.Width, expected.Height));
        file.Decode().Pixels.ToArray().ShouldBe(expected.Pixels.ToArray());
        CompareRegions(file, orientation);
        CompareRegions(file.Reduced(2), orientation);
    }

    [Theory]
    [MemberData(nameof(JpegFixtureTests.Names), MemberType = typeof(JpegFixtureTests))]
    public void A_reduced_image_has_its_sides_rounded_up(string name)
    {
        var file = new JpegFile(Fixtures.Jpeg(name), name);
        foreach (int reduction in Reductions)
        {
            Image image = file.Reduced(reduction).Decode();
            (image.Width, image.Height).ShouldBe(((file.Width + reduction - 1) / reduction, (file.Height + reduction - 1) / reduction));
        }
    }

    // What a reduced image leaves out is what a mean over squares leaves out too, but for the flanks of the two filters: a misplaced
    // block, a wrong scale or shifted chroma is off by tens.
    [SharedTheory]
    [InlineData(2, 1.5)]
    [InlineData(4, 2.0)]
    [InlineData(8, 1.0)]
    public void A_reduced_photo_resembles_the_mean_over_squares(int reduction, double limit)
    {
        var file = JpegFile.TryLoad(SharedFolder.Photo("rocket.jpg"))!;
        Image whole = file.Decode(), reduced = file.Reduced(reduction).Decode();
        double difference = 0;
        int columns = whole.Width / reduction, rows = whole.Height / reduction;
        for (int y = 0; y < rows; y++)
        {
            for (int i = 0; i < 3 * columns; i++)
            {
                double sum = 0;
                for (int dy = 0; dy < reduction; dy++)
                {
                    for (int dx = 0; dx < reduction; dx++) sum += whole.Row(y * reduction + dy)[3 * (i / 3 * reduction + dx) + i % 3];
                }

                difference += Math.Abs(sum / (reduction * reduction) - reduced.Row(y)[i]);
            }
        }

        (difference / (3 * columns * rows)).ShouldBeLessThan(limit);
    }

    [Fact]
    public void The_table_that_counts_is_the_one_before_a_components_first_scan()
    {
        byte[] file = Fixtures.Jpeg("grey-two-scans");
        int second = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] table = [0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)200, 64)];

        Image.Decode((byte[])[.. file[..second], .. table, .. file[second..]], "changed").Pixels.ToArray()
            .ShouldBe(Image.Decode(file, "as it was").Pixels.ToArray());
    }

    [Fact]
    public void A_table_that_is_too_short_is_named()
    {
        byte[] file = Fixtures.Jpeg("grey-two-scans");
        int second = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] table = [0xFF, 0xDB, 0, 12, 1, .. Enumerable.Repeat((byte)1, 9)];

        Should.Throw<ImageFormatException>(() => Image.Decode((byte[])[.. file[..second], .. table, .. file[second..]], "short.jpg"))
            .Message.ShouldBe($"short.jpg: JPEG quantization table 1 at byte {second}: expected 64 bytes, found 9");
    }

    [Fact]
    public void What_is_no_JPEG_or_no_part_is_refused()
    {
        byte[] png = new PngEncoder(3, 2, 0, 8, interlaced: false).Encode([1, 2, 3, 4, 5, 6]);
        Should.Throw<ImageFormatException>(() => new JpegFile(png, "a.png")).Message.ShouldBe("a.png: expected a JPEG, found a PNG");

        var file = new JpegFile(Fixtures.Jpeg(Fixtures.Plain), "plain.jpg");
        Should.Throw<ArgumentOutOfRangeException>(() => file.Reduced(3));
        Should.Throw<ArgumentOutOfRangeException>(() => file.DecodeRegion(40, 0, 6, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => file.DecodeRegion(0, 0, 1, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => file.Reduced(8).DecodeRegion(0, 0, 7, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => file.ResizeRegion(40, 0, 6, 1, 9, 9, Interpolation.Bilinear));
        Should.Throw<ArgumentOutOfRangeException>(() => file.ResizeRegion(0, 0, 6, 1, 9, 0, Interpolation.Bilinear));
        Should.Throw<ArgumentOutOfRangeException>(() => file.ResizeRegion(0, 0, 6, 1, 9, 9, (Interpolation)9));
        byte[] cut = Fixtures.Jpeg(Fixtures.Plain)[..^40];
        Should.Throw<ImageFormatException>(() => new JpegFile(cut, "cut.jpg").DecodeRegion(0, 0, 1, 1)).Message.ShouldStartWith("cut.jpg: JPEG is cut short");
    }

    [Fact]
    public void A_file_is_taken_for_a_JPEG_by_its_first_bytes()
    {
        string folder = Directory.CreateTempSubdirectory("jpeg-file-").FullName;
        try
        {
            string path = Path.Combine(folder, "named.png");
            File.WriteAllBytes(path, Fixtures.Jpeg(Fixtures.Plain));
            JpegFile.TryLoad(path)!.Decode().Pixels.ToArray().ShouldBe(Image.Load(path).Pixels.ToArray());
            File.WriteAllBytes(path, new PngEncoder(3, 2, 0, 8, interlaced: false).Encode([1, 2, 3, 4, 5, 6]));
            JpegFile.TryLoad(path).ShouldBeNull();
            File.WriteAllText(path, "no image at all");
            Should.Throw<ImageFormatException>(() => JpegFile.TryLoad(path)).Message.ShouldStartWith($"{path}: neither PNG nor JPEG");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareRegions(JpegFile file, int seed)
    {
        Image whole = file.Decode();
        var random = new Random(seed);
        for (int i = 0; i < 40; i++)
        {
            int left = random.Next(file.Width), top = random.Next(file.Height);
            int width = random.Next(1, file.Width - left + 1), height = random.Next(1, file.Height - top + 1);
            Image part = file.DecodeRegion(left, top, width, height);
            (part.Width, part.Height).ShouldBe((width, height));
            part.Pixels.SequenceEqual(whole.Crop(left, top, width, height).Pixels).ShouldBeTrue($"{width} x {height} at ({left}, {top})");

            (int toWidth, int toHeight) = (random.Next(1, 60), random.Next(1, 60));
            Interpolation filter = i % 2 == 0 ? Interpolation.Bilinear : Interpolation.Bicubic;
            Image resized = file.ResizeRegion(left, top, width, height, toWidth, toHeight, filter);
            (resized.Width, resized.Height).ShouldBe((toWidth, toHeight));
            resized.Pixels.SequenceEqual(ImageResizer.Resize(part, toWidth, toHeight, filter).Pixels)
                .ShouldBeTrue($"{width} x {height} at ({left}, {top}) made {toWidth} x {toHeight}, {filter}");
        }
    }
}
