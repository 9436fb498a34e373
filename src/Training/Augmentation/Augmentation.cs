namespace EfficientNet.Training;

/// <summary>What is done to images at random, so that a network sees each of them in many forms. Everything follows from seed, epoch and image.</summary>
/// <remarks>Sizes and defaults are torchvision's; the order is crop, flip, affine, RandAugment, colours, then, on normalised floats, erasing, and for a whole batch mixup or CutMix.</remarks>
public sealed record Augmentation
{
    /// <summary>Nothing: images are cut as for inference.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>Random resized crops of 8 to 100 % of the image, mirrored half of the time: what photos need.</summary>
    public static Augmentation Standard { get; } = new() { CropScale = (0.08, 1), Flip = 0.5 };

    /// <summary>Also RandAugment with two operations of magnitude 9, and erasing.</summary>
    public static Augmentation Strong { get; } = Standard with { RandAugmentOperations = 2, RandAugmentMagnitude = 9, Erasing = 0.25 };

    /// <summary>Small turns, moves and changes of size, never mirrored: what digits and letters bear.</summary>
    public static Augmentation Affine { get; } = new() { Rotation = 10, Translation = 0.1, Scaling = (0.9, 1.1), Shear = 5 };

    /// <summary>What can be named.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", "standard", "strong", "affine"];

    /// <summary>Parts of the image's area that a crop may have (Szegedy et al. 2015); null to cut as for inference.</summary>
    public (double Least, double Most)? CropScale { get; init; }

    /// <summary>Width over height that a crop may have, before it is resized to a square.</summary>
    public (double Least, double Most) CropRatio { get; init; } = (3.0 / 4, 4.0 / 3);

    /// <summary>Probability of being mirrored.</summary>
    public double Flip { get; init; }

    /// <summary>Degrees by which the image is turned at most, either way.</summary>
    public double Rotation { get; init; }

    /// <summary>Parts of the side by which it is moved at most, either way, across and down.</summary>
    public double Translation { get; init; }

    /// <summary>Factors by which it is scaled.</summary>
    public (double Least, double Most) Scaling { get; init; } = (1, 1);

    /// <summary>Degrees by which it is sheared across at most, either way.</summary>
    public double Shear { get; init; }

    /// <summary>Operations of RandAugment (Cubuk et al. 2020); 0 for none.</summary>
    public int RandAugmentOperations { get; init; }

    /// <summary>Their magnitude, 0 to 30.</summary>
    public int RandAugmentMagnitude { get; init; } = 9;

    /// <summary>Brightness is multiplied by 1 ± this.</summary>
    public double Brightness { get; init; }

    /// <summary>Contrast is multiplied by 1 ± this.</summary>
    public double Contrast { get; init; }

    /// <summary>Saturation is multiplied by 1 ± this.</summary>
    public double Saturation { get; init; }

    /// <summary>Probability that a rectangle of 2 to 33 % of the image becomes the mean colour (Zhong et al. 2020).</summary>
    public double Erasing { get; init; }

    /// <summary>α of mixup (Zhang et al. 2018): two images and their labels are mixed with a weight from Beta(α, α). 0 for none.</summary>
    public double Mixup { get; init; }

    /// <summary>α of CutMix (Yun et al. 2019): a rectangle comes from another image, the labels are mixed by area. 0 for none; with mixup, each batch is one or the other.</summary>
    public double CutMix { get; init; }

    /// <summary>The one of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Augmentation FromName(string name)
    {
        return name switch
        {
            "none" => None,
            "standard" => Standard,
            "strong" => Strong,
            "affine" => Affine,
            _ => throw new ArgumentException($"There is no augmentation {name}: there are {string.Join(", ", Names)}.", nameof(name)),
        };
    }
}
