using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

public class PngMalformedTests
{
    private const int Megabyte = 1 << 20;

    private static readonly byte[] Good = new PngEncoder(12, 10, 6, 8, interlaced: false)
        .Encode([.. Enumerable.Range(0, 12 * 10 * 4).Select(static i => i * 37 % 256)]);

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        Malformed.IsRefused(Good).ShouldBeFalse();
        for (int length = 0; length < Good.Length; length++) Malformed.Reason(Good[..length]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Image_data_cut_off_anywhere_is_refused_though_its_chunks_are_whole()
    {
        byte[] raw = [.. Enumerable.Range(0, 20 * 61).Select(static i => (byte)(i % 61 == 0 ? 1 : i * i))];
        byte[] compressed = PngEncoder.Deflate(raw);
        PngEncoder encoder = new(20, 20, 2, 8, interlaced: false);
        Malformed.IsRefused(encoder.EncodeCompressed(compressed)).ShouldBeFalse();

        for (int length = 1; length < compressed.Length; length++)
        {
            Malformed.Reason(encoder.EncodeCompressed(compressed[..length])).ShouldContain("image data");
        }
    }

    [Fact]
    public void A_changed_bit_anywhere_in_a_chunk_is_refused()
    {
        for (int i = 8; i < Good.Length; i++)
        {
            byte[] changed = (byte[])Good.Clone();
            changed[i] ^= 0x10;
            Malformed.Reason(changed).ShouldContain("PNG");
        }
    }

    [Fact]
    public void A_wrong_checksum_is_told_with_its_place_and_both_values()
    {
        byte[] changed = (byte[])Good.Clone();
        changed[^1] ^= 1;

        Malformed.Reason(changed).ShouldBe($"PNG chunk IEND at byte {Good.Length - 12}: expected CRC AE426083, found AE426082");
    }

    [Fact]
    public void A_wrong_checksum_of_the_image_data_is_refused()
    {
        byte[] compressed = PngEncoder.Deflate([0, 1, 0, 2]);
        PngEncoder encoder = new(1, 2, 0, 8, interlaced: false);
        Malformed.IsRefused(encoder.EncodeCompressed(compressed)).ShouldBeFalse();
        compressed[^1] ^= 1;

        Malformed.Reason(encoder.EncodeCompressed(compressed)).ShouldContain("checksum");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(255)]
    public void An_unknown_filter_is_refused_with_its_row(int filter)
    {
        PngEncoder encoder = new(3, 4, 0, 8, interlaced: false) { Filter = row => row == 2 ? filter : 0 };

        Malformed.Reason(encoder.Encode(new int[12])).ShouldBe($"PNG row 2: expected a filter from 0 to 4, found {filter}");
    }

    [Fact]
    public void An_unknown_filter_is_refused_with_its_pass()
    {
        PngEncoder encoder = new(1, 8, 0, 8, interlaced: true) { Filter = row => row == 1 ? 9 : 0 };

        Malformed.Reason(encoder.Encode(new int[8])).ShouldBe("PNG row 0 of pass 3: expected a filter from 0 to 4, found 9");
    }

    [Fact]
    public void An_index_beyond_the_palette_is_refused_with_its_pixel()
    {
        int[] samples = new int[20];
        samples[7] = 2;
        foreach (bool interlaced in (bool[])[false, true])
        {
            PngEncoder encoder = new(5, 4, 3, 4, interlaced) { Palette = new byte[6] };
            Malformed.Reason(encoder.Encode(samples)).ShouldBe("PNG pixel (2, 1): expected a palette index below 2, found a larger one");
        }
    }

    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(1u, 0u)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(89_478_486u, 1u)]
    [InlineData(1u, 89_478_486u)]
    [InlineData(9459u, 9459u)] // Within the limit, but a kilobyte cannot hold it.
    public void Absurd_sizes_are_refused_without_memory_for_them(uint width, uint height)
    {
        byte[] file = PngEncoder.Chunks(("IHDR", PngEncoder.Header(width, height, 16, 6)), ("IDAT", new byte[1000]), ("IEND", []));
        Malformed.Reason(file).ShouldContain($"{width} x {height}");

        Malformed.Allocated(() => Malformed.Reason(file)).ShouldBeLessThan(Megabyte);
    }

    [Fact]
    public void The_limit_is_inclusive_and_the_caller_s()
    {
        byte[] file = new PngEncoder(10, 7, 0, 1, interlaced: false).Encode(new int[70]);

        Image.Decode(file, "a", new ImageDecoderOptions { MaxPixels = 70 }).Width.ShouldBe(10);
        Malformed.Reason(file, new ImageDecoderOptions { MaxPixels = 69 })
            .ShouldBe("PNG header at byte 8: 10 x 7 pixels are more than the 69 allowed");
        Should.Throw<ArgumentOutOfRangeException>(() => new ImageDecoderOptions { MaxPixels = 0 });
    }

    public static TheoryData<string, byte[]> Structures => new()
    {
        { "expected IHDR first", PngEncoder.Chunks(("IDAT", []), ("IEND", [])) },
        { "a length of 13", PngEncoder.Chunks(("IHDR", new byte[12])) },
        { "colour type 1", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 1))) },
        { "colour type 2 with 4 bits", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 4, 2))) },
        { "colour type 3 with 16 bits", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 16, 3))) },
        { "colour type 0 with 3 bits", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 3, 0))) },
        { "compression method 0, found 1", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0, compression: 1))) },
        { "filter method 0, found 2", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0, filter: 2))) },
        { "interlace method 0 or 1, found 3", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0, interlace: 3))) },
        { "no image data", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("IEND", [])) },
        { "no palette", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 3)), ("IDAT", new byte[9]), ("IEND", [])) },
        { "second header", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("IHDR", PngEncoder.Header(1, 1, 8, 0))) },
        { "second palette", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 3)), ("PLTE", new byte[3]), ("PLTE", new byte[3])) },
        { "before the image data", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 3)), ("IDAT", []), ("PLTE", new byte[3])) },
        { "found 4 bytes", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 3)), ("PLTE", new byte[4])) },
        { "found 771 bytes", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 3)), ("PLTE", new byte[771])) },
        { "found gAMA between", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("IDAT", []), ("gAMA", []), ("IDAT", [])) },
        { "ABCD at byte 33: unknown", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("ABCD", [])) },
        { "type of four letters, found 49003F54", PngEncoder.Chunks(("I\0?T", [])) },
        { "image data is broken at row 0", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("IDAT", new byte[9]), ("IEND", [])) },
        { "image data", PngEncoder.Chunks(("IHDR", PngEncoder.Header(1, 1, 8, 0)), ("IDAT", []), ("IEND", [])) },
    };

    [Theory]
    [MemberData(nameof(Structures))]
    public void A_broken_structure_is_refused_for_its_own_reason(string reason, byte[] file) =>
        Malformed.Reason(file).ShouldContain(reason);

    [Fact]
    public void Scrambled_image_data_behind_right_checksums_gives_pixels_or_the_one_exception()
    {
        Random random = new(5);
        byte[] compressed = PngEncoder.Deflate([.. Enumerable.Range(0, 40 * 41).Select(static i => (byte)(i % 41 == 0 ? i % 5 : i * i % 251))]);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            PngEncoder encoder = new(40, 40, 0, 8, interlaced: i % 2 == 0);
            if (Malformed.IsRefused(encoder.EncodeCompressed(Malformed.Scrambled(compressed, random)))) refused++;
        }

        refused.ShouldBeGreaterThan(1900);
    }
}
