using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

public class JpegMalformedTests
{
    private const int Megabyte = 1 << 20;

    [Theory]
    [InlineData("baseline-2x2")]
    [InlineData("progressive-2x2")]
    [InlineData("restarts")]
    [InlineData("progressive-restarts-2B")]
    [InlineData("grey")]
    [InlineData("cmyk-progressive")]
    public void A_file_cut_off_anywhere_is_refused(string name)
    {
        byte[] good = Fixtures.Jpeg(name);
        for (int length = 0; length < good.Length; length++) Malformed.Reason(good[..length]).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("baseline-2x2")]
    [InlineData("baseline-4x1")]
    [InlineData("progressive-2x2")]
    [InlineData("progressive-optimised")]
    [InlineData("restarts")]
    [InlineData("progressive-restarts-2B")]
    [InlineData("grey-2x2")]
    [InlineData("ycck")]
    public void Scrambled_files_give_pixels_or_the_one_exception(string name)
    {
        Random random = new(7);
        byte[] good = Fixtures.Jpeg(name);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            if (Malformed.IsRefused(Malformed.Scrambled(good, random))) refused++;
        }

        refused.ShouldBeGreaterThan(0);
        refused.ShouldBeLessThan(1500);
    }

    /// <summary>libjpeg 9 writes it for RGB; who passes over it shows wrong colours.</summary>
    [Fact]
    public void A_reversible_colour_transform_is_refused_wherever_it_stands()
    {
        byte[] good = Fixtures.Jpeg("rgb-letters"), segment = [0xFF, 0xF8, 0, 24, .. new byte[22]];
        foreach (int at in new[] { 2, ScanOf(good) })
            Malformed.Reason([.. good[..at], .. segment, .. good[at..]]).ShouldBe($"JPEG marker F8 at byte {at}: a reversible colour transform is not supported");
    }

    /// <summary>A baseline scan has every coefficient, whatever its header says of them.</summary>
    [Fact]
    public void Zeros_in_the_header_of_a_baseline_scan_change_no_pixel()
    {
        byte[] good = Fixtures.Jpeg("baseline-2x2"), zeros = (byte[])good.Clone();
        int last = ScanOf(good) + 2 + good[ScanOf(good) + 3];
        zeros[(last - 3)..last].ShouldBe([0, 63, 0]);
        zeros[last - 2] = 0;
        Image.Decode(zeros, "zeros").Pixels.ToArray().ShouldBe(Image.Decode(good, "good").Pixels.ToArray());
    }

    private static int ScanOf(byte[] file) => file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

    [Theory]
    [InlineData("baseline-2x2")]
    [InlineData("progressive-2x2")]
    public void Every_byte_set_to_every_extreme_gives_pixels_or_the_one_exception(string name)
    {
        byte[] good = Fixtures.Jpeg(name);
        int refused = 0;
        for (int i = 0; i < good.Length; i++)
        {
            foreach (byte value in (byte[])[0, 1, 127, 128, 255])
            {
                byte[] changed = (byte[])good.Clone();
                changed[i] = value;
                if (Malformed.IsRefused(changed)) refused++;
            }
        }

        refused.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(16, 0)] // A height of 0 announces a DNL marker, which nobody writes.
    [InlineData(65535, 65535)]
    [InlineData(9459, 9459)] // Within the limit, but a kilobyte cannot hold it.
    public void Absurd_sizes_are_refused_without_memory_for_them(int width, int height)
    {
        byte[] file = WithFrame(static (frame, size) => (frame[5], frame[6], frame[7], frame[8]) =
            ((byte)(size.Height >> 8), (byte)size.Height, (byte)(size.Width >> 8), (byte)size.Width), (Width: width, Height: height));
        Malformed.Reason(file).ShouldContain($"{width} x {height}");

        Malformed.Allocated(() => Malformed.Reason(file)).ShouldBeLessThan(Megabyte);
    }

    [Theory]
    [InlineData(1, 0xC3, "lossless")]
    [InlineData(1, 0xC9, "arithmetic-coded")]
    [InlineData(1, 0xC5, "hierarchical")]
    [InlineData(4, 12, "samples of 8 bits, found 12")]
    [InlineData(9, 2, "expected 12 bytes for 2 components, found 15")]
    [InlineData(11, 0x05, "sampling factors from 1 to 4, found 0 x 5")]
    [InlineData(11, 0x31, "sampling factors")]
    public void A_frame_that_is_not_read_is_refused_for_its_own_reason(int at, int value, string reason)
    {
        // Beside a factor of 3 the others' 2 is no whole ratio.
        byte[] file = WithFrame(static (frame, change) =>
        {
            if (change.Value == 0x31) frame[14] = 0x21;
            frame[change.At] = (byte)change.Value;
        }, (At: at, Value: value));

        Malformed.Reason(file).ShouldContain(reason);
    }

    [Fact]
    public void A_scan_before_any_frame_is_refused() =>
        Malformed.Reason([0xFF, 0xD8, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0xD9]).ShouldContain("before the first scan");

    [Fact]
    public void An_end_without_an_image_is_refused() =>
        Malformed.Reason([0xFF, 0xD8, 0xFF, 0xD9]).ShouldBe("JPEG ends at byte 2 before any image data");

    [Fact]
    public void A_second_frame_is_refused()
    {
        byte[] good = Fixtures.Jpeg(Fixtures.Plain);
        int frame = FrameOf(good);
        Malformed.Reason([.. good[..frame], .. good[frame..(frame + 19)], .. good[frame..]]).ShouldContain("second frame");
    }

    [Theory]
    [InlineData(0)] // Blocks of one sample each, as libjpeg 8 has it.
    [InlineData(15)]
    [InlineData(62)]
    [InlineData(255)]
    public void An_extended_scan_of_blocks_of_another_size_is_refused(int last)
    {
        byte[] file = WithFrame(static (frame, marker) => frame[1] = marker, (byte)0xC1);
        Image.Decode(file, "extended").Pixels.ToArray().ShouldBe(Image.Decode(Fixtures.Jpeg(Fixtures.Plain), "baseline").Pixels.ToArray());
        int scan = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        int at = scan + 2 + file[scan + 3] - 2;
        file[at].ShouldBe((byte)63);
        file[at] = (byte)last;

        Malformed.Reason(file).ShouldBe($"JPEG scan header at byte {scan}: expected the last coefficient of a block to be 63, found {last}");
        Malformed.Allocated(() => Malformed.Reason(file)).ShouldBeLessThan(Megabyte);
    }

    [Fact]
    public void What_the_library_finds_is_told_with_its_place()
    {
        byte[] good = Fixtures.Jpeg("baseline-2x2");
        int scan = good.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] changed = [.. good[..(scan + 40)], .. Enumerable.Repeat((byte)0xFE, 60), .. good[(scan + 100)..]];

        Malformed.Reason(changed).ShouldMatch("^JPEG is broken near byte [0-9]+: Corrupt JPEG data");
    }

    [Fact]
    public void Bytes_behind_the_end_and_between_markers_are_passed_over()
    {
        byte[] good = Fixtures.Jpeg(Fixtures.Plain);
        byte[] expected = Image.Decode(good, "good").Pixels.ToArray();
        int frame = FrameOf(good);

        Image.Decode((byte[])[.. good, 1, 2, 3], "behind").Pixels.ToArray().ShouldBe(expected);
        Image.Decode((byte[])[.. good[..frame], 1, 2, 3, .. good[frame..]], "between").Pixels.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void A_file_of_endless_scans_is_refused()
    {
        byte[] good = Fixtures.Jpeg("grey-two-scans");
        int scan = good.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] Repeated(int times) => [.. good[..scan], .. Enumerable.Repeat(good[scan..^2], times).SelectMany(static bytes => bytes), 0xFF, 0xD9];

        // The last scan says everything it says anew, so that three of it are as good as one.
        Image.Decode(Repeated(3), "three").Pixels.ToArray().ShouldBe(Image.Decode(good, "one").Pixels.ToArray());
        Malformed.Reason(Repeated(300)).ShouldContain("expected at most 200 scans");
    }

    private static byte[] WithFrame<T>(Action<Span<byte>, T> change, T argument)
    {
        byte[] file = Fixtures.Jpeg(Fixtures.Plain);
        change(file.AsSpan(FrameOf(file)), argument);
        return file;
    }

    private static int FrameOf(byte[] file) => file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
}
