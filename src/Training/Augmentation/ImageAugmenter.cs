using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>How images come to a network's side.</summary>
public enum ImageFit
{
    /// <summary>Resized and cut, as for inference.</summary>
    Resize,

    /// <summary>Put into the middle of a black square where they are smaller, resized where they are larger: small drawings keep their pixels.</summary>
    Pad,
}

/// <summary>From an image to a network's input, by way of what is done to it at random.</summary>
internal sealed class ImageAugmenter(Preprocessing preprocessing, Augmentation augmentation, ImageFit fit)
{
    private const int ErasingTries = 10;

    private readonly ImagePreprocessor _whole = new(preprocessing);
    // What is a square of the right side already is only normalised.
    private readonly ImagePreprocessor _square = new(preprocessing with { Resize = preprocessing.Crop });

    /// <summary>Floats of one input.</summary>
    public int InputLength => _whole.InputLength;

    /// <summary>Writes one input.</summary>
    /// <param name="image">The image.</param>
    /// <param name="random">The image's random numbers in this epoch.</param>
    /// <param name="input">Receives <c>[3][side][side]</c>, normalised.</param>
    public void Write(Image image, RandomStream random, Span<float> input)
    {
        int side = preprocessing.Crop;
        if (fit == ImageFit.Pad && image.Width <= side && image.Height <= side) image = Geometry.Pad(image, side);
        if (augmentation == Augmentation.None)
        {
            _whole.Preprocess(image, input);
            return;
        }

        image = augmentation.CropScale is { } scale
            ? Geometry.RandomResizedCrop(image, side, scale, augmentation.CropRatio, random)
            : image.Width == side && image.Height == side ? image : _whole.ResizeAndCrop(image);
        if (random.Uniform() < augmentation.Flip) image = Geometry.Flip(image);
        if (HasAffine)
        {
            image = Geometry.Affine(image, Either(augmentation.Rotation), Either(augmentation.Shear), random.Between(augmentation.Scaling.Least, augmentation.Scaling.Most),
                Either(augmentation.Translation * side), Either(augmentation.Translation * side));
        }

        if (augmentation.RandAugmentOperations > 0) image = RandAugment.Apply(image, augmentation.RandAugmentOperations, augmentation.RandAugmentMagnitude, random);
        if (augmentation.Brightness > 0) image = Colours.Brightness(image, 1 + Either(augmentation.Brightness));
        if (augmentation.Contrast > 0) image = Colours.Contrast(image, 1 + Either(augmentation.Contrast));
        if (augmentation.Saturation > 0) image = Colours.Saturation(image, 1 + Either(augmentation.Saturation));
        _square.Preprocess(image, input);
        if (random.Uniform() < augmentation.Erasing) Erase(input, side, random);

        double Either(double most) => random.Between(-most, most);
    }

    private bool HasAffine => augmentation.Rotation > 0 || augmentation.Translation > 0 || augmentation.Shear > 0 || augmentation.Scaling != (1, 1);

    // To 0, which is the mean colour once it is normalised.
    private static void Erase(Span<float> input, int side, RandomStream random)
    {
        for (int i = 0; i < ErasingTries; i++)
        {
            double area = side * (double)side * random.Between(0.02, 0.33), aspect = Math.Exp(random.Between(Math.Log(0.3), Math.Log(3.3)));
            int height = (int)Math.Round(Math.Sqrt(area * aspect)), width = (int)Math.Round(Math.Sqrt(area / aspect));
            if (height >= side || width >= side) continue;
            int top = random.Below(side - height + 1), left = random.Below(side - width + 1);
            for (int row = 0; row < input.Length / side; row++)
            {
                if (row % side >= top && row % side < top + height) input.Slice(row * side + left, width).Clear();
            }

            return;
        }
    }
}
