using System.Drawing;
using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Where a crop is taken from: pixels, or a file that has them yet to be made. The crop is the same from either.</summary>
/// <param name="Pixels">The image, or null.</param>
/// <param name="File">The file where the image is null.</param>
internal readonly record struct CropSource(Image? Pixels, JpegFile? File)
{
    public int Width => Pixels?.Width ?? File!.Width;

    public int Height => Pixels?.Height ?? File!.Height;

    public Image Crop(Rectangle part)
    {
        return Pixels?.Crop(part.X, part.Y, part.Width, part.Height) ?? File!.DecodeRegion(part.X, part.Y, part.Width, part.Height);
    }
}
