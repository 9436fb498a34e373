using System.Text.Json;
using EfficientNet.Imaging.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Imaging.Tests.Decoding;

/// <summary>The four photos against what Pillow and torchvision's recipe made of them.</summary>
public class PhotoTests
{
    private static readonly Preprocessing Lite0 = new(256, 224, Interpolation.Bicubic, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    [SharedTheory]
    [InlineData("astronaut.png")]
    [InlineData("chelsea.png")]
    [InlineData("coffee.png")]
    [InlineData("rocket.jpg")]
    public void A_photo_is_decoded_resized_and_cropped_to_the_bit(string file)
    {
        JsonElement expected = Case(file);

        Image decoded = Image.Load(SharedFolder.Photo(file));
        Image crop = new ImagePreprocessor(Lite0).ResizeAndCrop(decoded);

        decoded.Height.ShouldBe(expected.GetProperty("decoded")[0].GetInt32());
        decoded.Width.ShouldBe(expected.GetProperty("decoded")[1].GetInt32());
        Fixtures.Sha256(decoded.Pixels).ShouldBe(expected.GetProperty("decoded_rgb_sha256").GetString());
        Fixtures.Sha256(crop.Pixels).ShouldBe(expected.GetProperty("crop_rgb_sha256").GetString());
    }

    [SharedTheory]
    [InlineData("astronaut.png")]
    [InlineData("rocket.jpg")]
    public void A_photo_becomes_the_expected_crop_scaled_to_minus_one_to_one(string file)
    {
        Image crop = Image.Load(SharedFolder.Photo("crops", Path.ChangeExtension(file, "png")));
        ImagePreprocessor preprocessor = new(Lite0);
        float[] input = new float[preprocessor.InputLength];

        preprocessor.Preprocess(Image.Load(SharedFolder.Photo(file)), input);

        for (int channel = 0; channel < 3; channel++)
        {
            for (int i = 0; i < 224 * 224; i++)
            {
                input[channel * 224 * 224 + i].ShouldBe((crop.Pixels[i * 3 + channel] / 255f - 0.5f) / 0.5f);
            }
        }
    }

    private static JsonElement Case(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Photo("expected.json"))).RootElement.GetProperty("cases")
            .EnumerateArray().Single(element => element.GetProperty("file").GetString() == file);
}
