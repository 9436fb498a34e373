using BitMiracle.LibJpeg.Classic;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Data;

/// <summary>
/// A photo as ImageNet has them: 500 pixels across, chroma at half the size both ways; with 83 kB somewhat smaller than its files are on average (110 kB, about what
/// <c>rocket.jpg</c> has). Made of a photo of the references, because no such file is among them.
/// </summary>
internal static class TypicalJpeg
{
    public const string Name = "coffee-500x333.jpg";

    private const string Source = "coffee.png";
    private const int Width = 500, Height = 333, Quality = 96;

    /// <summary>Writes it into a folder.</summary>
    /// <returns>The file.</returns>
    public static string Write(string folder)
    {
        Image image = ImageResizer.Resize(Image.Load(Folders.InShared("photos", Source)), Width, Height, Interpolation.Bicubic);
        string path = Path.Combine(folder, Name);
        using FileStream file = File.Create(path);
        var encoder = new jpeg_compress_struct { Image_width = Width, Image_height = Height, Input_components = 3, In_color_space = J_COLOR_SPACE.JCS_RGB };
        encoder.jpeg_set_defaults();
        encoder.jpeg_set_quality(Quality, true);
        encoder.jpeg_stdio_dest(file);
        encoder.jpeg_start_compress(true);
        for (int y = 0; y < Height; y++) encoder.jpeg_write_scanlines([image.Row(y).ToArray()], 1);
        encoder.jpeg_finish_compress();
        return path;
    }
}
