using System.Runtime.InteropServices;
using EfficientNet.Imaging.Decoding.Jpeg;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Tests.Support;

/// <summary>Hashes of what every vectorised path of the library makes.</summary>
internal static class ImageHashes
{
    private static readonly int[] Reductions = [1, 2, 4, 8];

    /// <summary>A line for each: its name and its hash.</summary>
    public static IEnumerable<string> Lines()
    {
        yield return Line("inverse DCT", Transformed());
        foreach (string name in Fixtures.Expected.GetProperty("decoded").EnumerateObject().Select(static fixture => fixture.Name))
        {
            var file = new JpegFile(Fixtures.Jpeg(name), name);
            foreach (int reduction in Reductions)
            {
                JpegFile reduced = file.Reduced(reduction);
                Image image = reduced.Decode();
                yield return Line($"{name}, 1/{reduction}", image.Pixels);
                yield return Line($"{name}, 1/{reduction}, a part", reduced.DecodeRegion(image.Width / 2, image.Height / 3, (image.Width + 1) / 2, image.Height / 2 + 1).Pixels);
                foreach (Interpolation filter in (Interpolation[])[Interpolation.Bilinear, Interpolation.Bicubic])
                    yield return Line($"{name}, 1/{reduction}, {filter}", reduced.ResizeRegion(0, 0, image.Width, image.Height, 37, 11, filter).Pixels);
            }
        }

        Image noise = Fixtures.Noise(131, 67);
        yield return Line("noise, larger", ImageResizer.Resize(noise, 200, 90, Interpolation.Bicubic).Pixels);
        var preprocessor = new ImagePreprocessor(new Preprocessing(64, 48, Interpolation.Bilinear, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]));
        float[] input = new float[preprocessor.InputLength];
        preprocessor.Preprocess(noise, input);
        yield return Line("noise, as an input", MemoryMarshal.AsBytes<float>(input));
    }

    // Blocks from nearly empty to full, and some that leave the range of samples: photos hold few such.
    private static byte[] Transformed()
    {
        const int Blocks = 500;
        var random = new Random(8);
        byte[] samples = new byte[Blocks * 64];
        int[] coefficients = new int[64];
        for (int block = 0; block < Blocks; block++)
        {
            Array.Clear(coefficients);
            int largest = 1 << random.Next(2, 12);
            for (int i = random.Next(1, 65); i > 0; i--) coefficients[random.Next(64)] = random.Next(-largest, largest + 1);
            InverseDct.Transform(coefficients, samples.AsSpan(64 * block, 64), 8);
        }

        return samples;
    }

    private static string Line(string name, ReadOnlySpan<byte> bytes) => $"{name}: {Fixtures.Sha256(bytes)}";
}
