using System.Drawing;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Where a crop is taken from: pixels, or a file that has them yet to be made. The crop is the same from either.</summary>
/// <param name="Pixels">The image, or null.</param>
/// <param name="File">The file where the image is null.</param>
internal readonly record struct CropSource(Image? Pixels, JpegFile? File)
{
    public int Width => Pixels?.Width ?? File!.Width;

    public int Height => Pixels?.Height ?? File!.Height;

    /// <summary>A part of it, resized to a square.</summary>
    public Image Resized(Rectangle part, int side, Interpolation interpolation)
    {
        return File?.ResizeRegion(part.X, part.Y, part.Width, part.Height, side, side, interpolation)
            ?? ImageResizer.Resize(Pixels!.Crop(part.X, part.Y, part.Width, part.Height), side, side, interpolation);
    }
}
