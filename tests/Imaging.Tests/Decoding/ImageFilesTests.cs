using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

public class ImageFilesTests
{
    [Fact]
    public void The_format_is_told_by_the_first_bytes_and_not_by_the_name()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string jpeg = Path.Combine(folder, "photo.png"), png = Path.Combine(folder, "photo.jpg");
            File.WriteAllBytes(jpeg, Fixtures.Jpeg(Fixtures.Plain));
            File.WriteAllBytes(png, new PngEncoder(2, 1, 0, 8, interlaced: false).Encode([5, 6]));

            Image.Load(jpeg).Width.ShouldBe(45);
            Image.Load(png).Pixels.ToArray().ShouldBe([5, 5, 5, 6, 6, 6]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static TheoryData<string, byte[]> Others => new()
    {
        { "the file is empty", [] },
        { "GIF is not supported: only PNG and JPEG are read", [.. "GIF89a"u8, 1, 0, 1, 0] },
        { "BMP is not supported", [.. "BM"u8, 0, 0] },
        { "TIFF is not supported", [.. "II*\0"u8, 0, 0] },
        { "TIFF is not supported", [.. "MM\0*"u8, 0, 0] },
        { "WebP is not supported", [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8] },
        { "ISO media file", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0] },
        { "neither PNG nor JPEG: expected to start with 89 50 4E 47 0D 0A 1A 0A or FF D8 FF, found 68 65 6C 6C 6F", [.. "hello"u8] },
        { "found 89 50 4E 47 0A 1A 0A 00", [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0, 0, 0] },
        { "found FF D8", [0xFF, 0xD8] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_neither_PNG_nor_JPEG_is_refused_by_name_or_by_its_bytes(string reason, byte[] file) =>
        Malformed.Reason(file).ShouldContain(reason);

    [Fact]
    public void A_long_file_of_something_else_is_not_read_to_its_end()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(path)) file.SetLength(64 << 20);

            long allocated = Malformed.Allocated(() => Should.Throw<ImageFormatException>(() => Image.Load(path)).File.ShouldBe(path));

            allocated.ShouldBeLessThan(1 << 20);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_broken_file_is_called_by_its_path()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Fixtures.Jpeg(Fixtures.Plain)[..500]);

            Should.Throw<ImageFormatException>(() => Image.Load(path)).Message.ShouldStartWith($"{path}: JPEG is cut short");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_no_format_s_fault()
    {
        Should.Throw<FileNotFoundException>(() => Image.Load(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.png")));
        Should.Throw<UnauthorizedAccessException>(() => Image.Load(Path.GetTempPath()));
    }

    [Fact]
    public void A_message_is_one_line_whatever_the_file_is_called() =>
        new ImageFormatException("a\nb\u001b[2J", "r\r\u2028s").Message.ShouldBe("a?b?[2J: r??s");

    [Fact]
    public void The_limit_holds_for_JPEG_too()
    {
        byte[] file = Fixtures.Jpeg(Fixtures.Plain);

        Image.Decode(file, "a", new ImageDecoderOptions { MaxPixels = 45 * 37 }).Height.ShouldBe(37);
        Malformed.Reason(file, new ImageDecoderOptions { MaxPixels = 45 * 37 - 1 }).ShouldContain("45 x 37 pixels are more than the 1664 allowed");
    }
}
