using System.Security.Cryptography;
using System.Text.Json;

namespace EfficientNet.Imaging.Tests.Support;

/// <summary>The small JPEG files, and what Pillow makes of them.</summary>
internal static class Fixtures
{
    /// <summary>The file that most tests of JPEG start from: 45 x 37, no subsampling, no EXIF.</summary>
    public const string Plain = "baseline-1x1";

    public static JsonElement Expected { get; } = JsonDocument.Parse(File.ReadAllBytes(PathOf("fixtures.json"))).RootElement;

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Fixtures", file);

    public static byte[] Jpeg(string name) => File.ReadAllBytes(PathOf($"{name}.jpg"));

    /// <summary>The hash as the expectations write it.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>An image of noise: no two neighbours alike, every value there.</summary>
    public static Image Noise(int width, int height, int seed = 1)
    {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return Image.FromRgb(rgb, width, height);
    }
}
