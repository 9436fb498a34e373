using System.Text.Json;
using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

public class OrientationTests
{
    public static TheoryData<int, bool> All
    {
        get
        {
            TheoryData<int, bool> all = [];
            for (int orientation = 1; orientation <= 8; orientation++)
            {
                all.Add(orientation, true);
                all.Add(orientation, false);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_photo_is_turned_upright_as_Pillow_turns_it(int orientation, bool littleEndian)
    {
        string? expected = Fixtures.Expected.GetProperty("turned").GetProperty($"{orientation}").GetString();

        Image image = Image.Decode(WithExif(Tiff(orientation, littleEndian)), "turned.jpg");

        (image.Width, image.Height).ShouldBe(orientation < 5 ? (45, 37) : (37, 45));
        Fixtures.Sha256(image.Pixels).ShouldBe(expected);
    }

    [Fact]
    public void A_PNG_is_turned_too()
    {
        PngEncoder encoder = new(3, 2, 0, 8, interlaced: false) { Extra = [("eXIf", Tiff(6, littleEndian: false))] };

        Image image = Image.Decode(encoder.Encode([1, 2, 3, 4, 5, 6]), "turned.png");

        (image.Width, image.Height).ShouldBe((2, 3));
        image.Pixels.ToArray().Where(static (_, i) => i % 3 == 0).ShouldBe([4, 1, 5, 2, 6, 3]);
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "empty", [] },
        { "no byte order", [.. "XX*\0"u8, 8, 0, 0, 0, 0, 0] },
        { "directory outside", [.. "II*\0"u8, 255, 255, 255, 255, 0, 0] },
        { "value 0", Tiff(0, littleEndian: true) },
        { "value 9", Tiff(9, littleEndian: true) },
        { "cut off in the entry", Tiff(6, littleEndian: true)[..30] },
        { "cut off in the directory", Tiff(6, littleEndian: true)[..9] },
        { "a type that is no short", [.. Tiff(6, littleEndian: true)[..24], 4, .. Tiff(6, littleEndian: true)[25..]] },
        { "two values", [.. Tiff(6, littleEndian: true)[..26], 2, .. Tiff(6, littleEndian: true)[27..]] },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damaged_EXIF_leaves_the_photo_as_it_is_stored(string damage, byte[] tiff)
    {
        string? stored = Fixtures.Expected.GetProperty("turned").GetProperty("1").GetString();

        Fixtures.Sha256(Image.Decode(WithExif(tiff), damage).Pixels).ShouldBe(stored);
    }

    // Two entries, so that the orientation is not the first one met.
    internal static byte[] Tiff(int orientation, bool littleEndian)
    {
        byte[] Number(int value, int size) => [.. Enumerable.Range(0, size)
            .Select(i => (byte)(value >> 8 * (littleEndian ? i : size - 1 - i)))];
        return
        [
            .. littleEndian ? "II"u8 : "MM"u8, .. Number(42, 2), .. Number(8, 4), .. Number(2, 2),
            .. Number(0x0100, 2), .. Number(4, 2), .. Number(1, 4), .. Number(45, 4),
            .. Number(0x0112, 2), .. Number(3, 2), .. Number(1, 4), .. Number(orientation, 2), 0, 0,
            .. Number(0, 4),
        ];
    }

    internal static byte[] WithExif(byte[] tiff)
    {
        byte[] segment = [.. "Exif\0\0"u8, .. tiff];
        int length = segment.Length + 2;
        byte[] plain = Fixtures.Jpeg(Fixtures.Plain);
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. segment, .. plain[2..]];
    }
}
