using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

/// <summary>Every operation's bytes are Pillow's.</summary>
public class PillowOperationTests
{
    private static readonly Dictionary<string, Action<PixelBuffer, double>> Operations = new()
    {
        ["brightness"] = ColorOperations.Brightness,
        ["contrast"] = ColorOperations.Contrast,
        ["saturation"] = ColorOperations.Saturation,
        ["sharpness"] = ColorOperations.Sharpness,
        ["hue"] = HueOperation.Apply,
        ["posterize"] = (image, bits) => ToneOperations.Posterize(image, (int)bits),
        ["solarize"] = ToneOperations.Solarize,
        ["shear x"] = AffineOperation.ShearX,
        ["shear y"] = AffineOperation.ShearY,
        ["rotate"] = AffineOperation.Rotate,
    };

    public static TheoryData<string, string> Named
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string operation in Operations.Keys)
            {
                foreach (string name in PillowReference.Names(operation))
                    data.Add(operation, name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void An_operation_gives_Pillows_bytes(string operation, string name)
    {
        PixelBuffer image = PillowReference.Read("original");

        Operations[operation](image, double.Parse(name[operation.Length..], CultureInfo.InvariantCulture));

        image.Rgb.ShouldBe(PillowReference.Read(name).Rgb);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(-2, 0)]
    [InlineData(0, 4)]
    [InlineData(0, -1)]
    public void A_translation_gives_Pillows_bytes(int right, int down)
    {
        PixelBuffer image = PillowReference.Read("original");

        AffineOperation.Translate(image, right, down);

        image.Rgb.ShouldBe(PillowReference.Read($"translate {right} {down}").Rgb);
    }

    [Fact]
    public void Autocontrast_equalize_and_flip_give_Pillows_bytes()
    {
        After("original", ToneOperations.AutoContrast).ShouldBe(PillowReference.Read("autocontrast").Rgb);
        PixelBuffer narrow = PillowReference.Read("original");
        for (int i = 0; i < narrow.Rgb.Length; i++)
            narrow.Rgb[i] = (byte)(60 + narrow.Rgb[i] / 5);
        ToneOperations.AutoContrast(narrow);
        narrow.Rgb.ShouldBe(PillowReference.Read("autocontrast narrow").Rgb);
        After("original", ToneOperations.Equalize).ShouldBe(PillowReference.Read("equalize").Rgb);
        After("large", ToneOperations.Equalize).ShouldBe(PillowReference.Read("equalize large").Rgb);
        After("original", image => image.Flip()).ShouldBe(PillowReference.Read("flip").Rgb);
    }

    [Fact]
    public void A_crop_is_resized_as_Pillow_resizes_a_crop()
    {
        PixelBuffer original = PillowReference.Read("original");

        Image part = Image.FromRgb(original.Rgb, original.Width, original.Height).Crop(2, 1, 9, 7);

        ImageResizer.Resize(part, 8, 8, Interpolation.Bilinear).Pixels.ToArray().ShouldBe(PillowReference.Read("crop and resize").Rgb);
    }

    private static byte[] After(string name, Action<PixelBuffer> operation)
    {
        PixelBuffer image = PillowReference.Read(name);
        operation(image);
        return image.Rgb;
    }
}
