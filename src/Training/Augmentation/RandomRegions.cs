using System.Drawing;

namespace EfficientNet.Training;

/// <summary>Random rectangles, drawn as torchvision draws them: area and logarithm of the ratio uniform, ten tries.</summary>
internal static class RandomRegions
{
    private const int Tries = 10;

    /// <summary>RandomResizedCrop's part of an image; after ten tries that do not fit, the largest central part of an allowed ratio.</summary>
    public static Rectangle Crop(RandomResizedCrop settings, int width, int height, ref RandomSequence random)
    {
        for (int i = 0; i < Tries; i++)
        {
            double area = (double)width * height * random.Between(settings.SmallestScale, settings.LargestScale);
            double ratio = Math.Exp(random.Between(Math.Log(settings.SmallestRatio), Math.Log(settings.LargestRatio)));
            int w = Rounded(Math.Sqrt(area * ratio)), h = Rounded(Math.Sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height)
            {
                int top = random.Below(height - h + 1);
                return new Rectangle(random.Below(width - w + 1), top, w, h);
            }
        }

        return Central(settings, width, height);
    }

    /// <summary>
    /// By what a JPEG may be reduced before a crop of it becomes an image of <paramref name="side"/>: the largest of 8, 4 and 2 that leaves every crop the settings can draw
    /// at least that side across and down, or 1. It does not depend on what is drawn, so that an image is the same in every epoch and may be kept.
    /// </summary>
    public static int Reduction(RandomResizedCrop settings, int width, int height, int side)
    {
        double smallest = (double)width * height * settings.SmallestScale;
        Rectangle central = Central(settings, width, height);
        double across = Math.Min(Math.Sqrt(smallest * settings.SmallestRatio), central.Width);
        double down = Math.Min(Math.Sqrt(smallest / settings.LargestRatio), central.Height);
        double least = Math.Min(across, down) / side;
        return least switch { >= 8 => 8, >= 4 => 4, >= 2 => 2, _ => 1 };
    }

    // What RandomResizedCrop takes when no try fits.
    private static Rectangle Central(RandomResizedCrop settings, int width, int height)
    {
        double whole = (double)width / height;
        int wide = whole > settings.LargestRatio ? Math.Max(1, Rounded(height * settings.LargestRatio)) : width;
        int high = whole < settings.SmallestRatio ? Math.Max(1, Rounded(width / settings.SmallestRatio)) : height;
        return new Rectangle((width - wide) / 2, (height - high) / 2, wide, high);
    }

    /// <summary>RandomErasing's rectangle, smaller than the image both ways; empty after ten tries that do not fit.</summary>
    public static Rectangle Erase(RandomErasing settings, int width, int height, ref RandomSequence random)
    {
        for (int i = 0; i < Tries; i++)
        {
            double area = (double)width * height * random.Between(settings.SmallestScale, settings.LargestScale);
            double ratio = Math.Exp(random.Between(Math.Log(settings.SmallestRatio), Math.Log(settings.LargestRatio)));
            int h = Rounded(Math.Sqrt(area * ratio)), w = Rounded(Math.Sqrt(area / ratio));
            if (w < width && h < height)
            {
                int top = random.Below(height - h + 1);
                return new Rectangle(random.Below(width - w + 1), top, w, h);
            }
        }

        return Rectangle.Empty;
    }

    /// <summary>CutMix's rectangle: (1 − λ) of the area about a random centre, cut at the image's border.</summary>
    public static Rectangle Mix(double lambda, int width, int height, ref RandomSequence random)
    {
        int x = random.Below(width), y = random.Below(height);
        double half = 0.5 * Math.Sqrt(1 - lambda);
        int halfWidth = (int)(half * width), halfHeight = (int)(half * height);
        return Rectangle.FromLTRB(Math.Max(x - halfWidth, 0), Math.Max(y - halfHeight, 0), Math.Min(x + halfWidth, width), Math.Min(y + halfHeight, height));
    }

    private static int Rounded(double value)
    {
        return (int)Math.Round(value, MidpointRounding.ToEven);
    }
}
