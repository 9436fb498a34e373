using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

public class PngMatrixTests
{
    private static readonly (int ColorType, int[] Depths)[] Formats =
        [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])];

    // Narrow and low ones leave out passes of the interlace; the last fill no byte, or vectors and then some.
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (2, 3), (3, 9), (5, 1), (8, 8), (13, 11), (67, 40)];

    public static TheoryData<int, int, bool> All
    {
        get
        {
            TheoryData<int, int, bool> all = [];
            foreach ((int colorType, int[] depths) in Formats)
            {
                foreach (int depth in depths)
                {
                    all.Add(colorType, depth, false);
                    all.Add(colorType, depth, true);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_colour_type_depth_and_interlace_decodes_in_every_size(int colorType, int bitDepth, bool interlaced)
    {
        foreach ((int width, int height) in Sizes)
        {
            byte[] palette = colorType == 3 ? RandomBytes(3 << bitDepth) : [];
            PngEncoder encoder = new(width, height, colorType, bitDepth, interlaced) { Palette = palette };
            int[] samples = RandomSamples(width * height * encoder.Channels, bitDepth);

            Image image = Image.Decode(encoder.Encode(samples), "matrix.png");

            image.Width.ShouldBe(width);
            image.Height.ShouldBe(height);
            image.Pixels.ToArray().ShouldBe(ExpectedRgb(samples, encoder.Channels, bitDepth, palette));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_filter_is_undone_on_its_own(int filter)
    {
        PngEncoder encoder = new(70, 9, colorType: 2, bitDepth: 8, interlaced: false) { Filter = _ => filter };
        int[] samples = RandomSamples(70 * 9 * 3, 8);

        Image.Decode(encoder.Encode(samples), "filter.png").Pixels.ToArray().ShouldBe(samples.Select(static s => (byte)s));
    }

    [Fact]
    public void Transparency_and_other_optional_chunks_change_no_pixel()
    {
        int[] samples = RandomSamples(10 * 10, 8);
        byte[] palette = RandomBytes(768);
        PngEncoder plain = new(10, 10, 3, 8, interlaced: false) { Palette = palette };
        PngEncoder decorated = new(10, 10, 3, 8, interlaced: false)
        {
            Palette = palette,
            Extra = [("tRNS", RandomBytes(256)), ("gAMA", [0, 0, 0, 1]), ("tEXt", "Comment\0hello"u8.ToArray()), ("abCd", [])],
        };

        Image.Decode(decorated.Encode(samples), "b.png").Pixels.ToArray()
            .ShouldBe(Image.Decode(plain.Encode(samples), "a.png").Pixels.ToArray());
    }

    [Fact]
    public void Image_data_may_be_cut_into_chunks_of_a_byte_and_empty_ones()
    {
        byte[] raw = [.. Enumerable.Range(0, 4).SelectMany(static y => new byte[] { 0, (byte)y, 1, 2, 3 })];
        IEnumerable<(string, byte[])> data = PngEncoder.Deflate(raw).SelectMany(static b => new[] { ("IDAT", new[] { b }), ("IDAT", Array.Empty<byte>()) });

        Image image = Image.Decode(PngEncoder.Chunks([("IHDR", PngEncoder.Header(4, 4, 8, 0)), .. data, ("IEND", [])]), "cut.png");

        image.Row(3)[..6].ToArray().ShouldBe([3, 3, 3, 1, 1, 1]);
    }

    [Fact]
    public void Bytes_behind_the_end_are_not_looked_at()
    {
        byte[] file = new PngEncoder(3, 3, 0, 8, interlaced: false).Encode(RandomSamples(9, 8));

        Image.Decode((byte[])[.. file, 1, 2, 3], "a.png").Pixels.ToArray().ShouldBe(Image.Decode(file, "b.png").Pixels.ToArray());
    }

    [Fact]
    public void Image_data_beyond_the_last_row_is_passed_over()
    {
        byte[] raw = [0, 7, 0, 8, 1, 2, 3];

        Image image = Image.Decode(new PngEncoder(1, 2, 0, 8, interlaced: false).EncodeCompressed(PngEncoder.Deflate(raw)), "long.png");

        image.Pixels.ToArray().ShouldBe([7, 7, 7, 8, 8, 8]);
    }

    private static byte[] ExpectedRgb(int[] samples, int channels, int bitDepth, byte[] palette)
    {
        byte[] rgb = new byte[samples.Length / channels * 3];
        for (int pixel = 0; pixel < rgb.Length / 3; pixel++)
        {
            for (int c = 0; c < 3; c++)
            {
                int sample = samples[pixel * channels + (channels >= 3 ? c : 0)];
                rgb[pixel * 3 + c] = palette.Length > 0 ? palette[sample * 3 + c]
                    : bitDepth == 16 ? (byte)(sample >> 8)
                    : (byte)(sample * 255 / ((1 << bitDepth) - 1));
            }
        }

        return rgb;
    }

    private static int[] RandomSamples(int count, int bitDepth)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1 << bitDepth))];
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
