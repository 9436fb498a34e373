namespace EfficientNet.Training;

/// <summary>
/// How training images are varied, in this order: crop, flip, affine map, colours, RandAugment, normalisation, erasing, then mixing within a batch. Pixels change as Pillow's 8-bit
/// operations change them, parameters are drawn as torchvision's transforms draw them, and every draw is a function of seed, epoch and image.
/// </summary>
public sealed record Augmentation
{
    /// <summary>Images as evaluation takes them.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>A random crop and flip, as ImageNet's networks are trained.</summary>
    public static Augmentation Standard { get; } = new() { Crop = new RandomResizedCrop(), Flip = 0.5 };

    /// <summary><see cref="Standard"/> with RandAugment, erasing, Mixup and CutMix, for long runs and large networks.</summary>
    public static Augmentation Strong { get; } = Standard with
    {
        RandAugment = new RandAugment(),
        Erasing = new RandomErasing(),
        Mixup = 0.2,
        CutMix = 1,
    };

    /// <summary>Small turns, moves and changes of size, never mirrored: what digits and letters bear.</summary>
    public static Augmentation Drawings { get; } = new() { Affine = new RandomAffine() };

    private static readonly (string Name, Augmentation Preset)[] Presets = [("none", None), ("standard", Standard), ("strong", Strong), ("drawings", Drawings)];

    private static readonly (string Name, Func<Augmentation, Augmentation> Add)[] Additions =
    [
        ("crop", settings => settings with { Crop = new RandomResizedCrop() }),
        ("flip", settings => settings with { Flip = 0.5 }),
        ("affine", settings => settings with { Affine = new RandomAffine() }),
        ("jitter", settings => settings with { Jitter = new ColorJitter(Brightness: 0.4, Contrast: 0.4, Saturation: 0.4) }),
        ("randaugment", settings => settings with { RandAugment = new RandAugment() }),
        ("erasing", settings => settings with { Erasing = new RandomErasing() }),
        ("mixup", settings => settings with { Mixup = 0.2 }),
        ("cutmix", settings => settings with { CutMix = 1 }),
    ];

    /// <summary>The presets' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Presets.Select(preset => preset.Name)];

    /// <summary>The names of single operations, each with its usual numbers.</summary>
    public static IReadOnlyList<string> Operations { get; } = [.. Additions.Select(addition => addition.Name)];

    /// <summary>A random part of the image, resized to the network's side; null for evaluation's resize and central crop.</summary>
    public RandomResizedCrop? Crop { get; init; }

    /// <summary>The probability of a mirrored image.</summary>
    public double Flip { get; init; }

    /// <summary>A random turn, move, change of size and shear; or null.</summary>
    public RandomAffine? Affine { get; init; }

    /// <summary>Random brightness, contrast, saturation and hue; or null.</summary>
    public ColorJitter? Jitter { get; init; }

    /// <summary>Random operations out of fourteen; or null.</summary>
    public RandAugment? RandAugment { get; init; }

    /// <summary>A random rectangle set to zero after normalisation, the data set's mean colour; or null.</summary>
    public RandomErasing? Erasing { get; init; }

    /// <summary>Alpha of Mixup (Zhang et al. 2018): images λ·x + (1 − λ)·x′ of neighbours in the batch, labels likewise, λ of Beta(alpha, alpha); 0 for none, else 0.01 to 4.</summary>
    public double Mixup { get; init; }

    /// <summary>Alpha of CutMix (Yun et al. 2019): a rectangle of the neighbour's image, its label by area; 0 for none, else 0.01 to 4.</summary>
    public double CutMix { get; init; }

    /// <summary>The probability that a batch is mixed, where <see cref="Mixup"/> or <see cref="CutMix"/> is set; with both, each takes half of those batches.</summary>
    public double MixProbability { get; init; } = 1;

    /// <summary>A preset by its name, operations by theirs, or a preset with operations added: <c>standard,jitter,erasing</c>.</summary>
    /// <param name="name">One of <see cref="Names"/>, and any of <see cref="Operations"/>, separated by commas; a preset comes first.</param>
    /// <exception cref="ArgumentException">There is no such preset or operation.</exception>
    public static Augmentation FromName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(',');
        int preset = Array.FindIndex(Presets, preset => preset.Name == parts[0]);
        return parts.Skip(preset < 0 ? 0 : 1).Aggregate(preset < 0 ? None : Presets[preset].Preset, With);
    }

    /// <summary>All that is done, with its numbers, in order.</summary>
    internal string Describe()
    {
        List<string> said = [];
        if (Crop is { } crop) Add($"crop of {crop.SmallestScale} to {crop.LargestScale} of the area");
        if (Flip > 0) Add($"flip {Flip}");
        if (Affine is { } affine) Add($"turn by {affine.Degrees}°, move by {affine.Translation}, size {affine.SmallestScale} to {affine.LargestScale}, shear {affine.Shear}°");
        if (Jitter is { } jitter) Add($"brightness {jitter.Brightness}, contrast {jitter.Contrast}, saturation {jitter.Saturation}, hue {jitter.Hue}");
        if (RandAugment is { } operations) Add($"RandAugment {operations.Count} of magnitude {operations.Magnitude}");
        if (Erasing is { } erasing) Add($"erasing {erasing.Probability}");
        if (Mixup > 0) Add($"mixup {Mixup}");
        if (CutMix > 0) Add($"CutMix {CutMix}");
        return string.Join(", ", said);

        void Add(FormattableString text) => said.Add(FormattableString.Invariant(text));
    }

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Check()
    {
        Require(IsProbability(Flip), $"{nameof(Flip)} {Flip} must be 0 to 1.");
        Require(IsProbability(MixProbability), $"{nameof(MixProbability)} {MixProbability} must be 0 to 1.");
        Require(IsAlpha(Mixup), $"{nameof(Mixup)} {Mixup} must be 0, or 0.01 to 4.");
        Require(IsAlpha(CutMix), $"{nameof(CutMix)} {CutMix} must be 0, or 0.01 to 4.");
        if (Crop is { } crop)
            CheckRegion(nameof(Crop), crop.SmallestScale, crop.LargestScale, crop.SmallestRatio, crop.LargestRatio);
        if (Affine is { } affine)
        {
            Require(affine.Degrees is >= 0 and <= 180 && affine.Shear is >= 0 and < 90, $"{nameof(Affine)}: degrees {affine.Degrees} must be 0 to 180, shear {affine.Shear} 0 to 90.");
            Require(affine.Translation is >= 0 and <= 1, $"{nameof(Affine)}: translation {affine.Translation} must be 0 to 1.");
            Require(0 < affine.SmallestScale && affine.SmallestScale <= affine.LargestScale && double.IsFinite(affine.LargestScale),
                $"{nameof(Affine)}: scale {affine.SmallestScale} to {affine.LargestScale} must be above 0, in order.");
        }

        if (Jitter is { } jitter)
        {
            Require(jitter.Brightness >= 0 && jitter.Contrast >= 0 && jitter.Saturation >= 0, $"{nameof(Jitter)}: no strength may be negative.");
            Require(jitter.Hue is >= 0 and <= 0.5, $"{nameof(Jitter)}: hue {jitter.Hue} must be 0 to 0.5.");
        }

        if (RandAugment is { } operations)
        {
            Require(operations.Count >= 1, $"{nameof(RandAugment)}: count {operations.Count} must be at least 1.");
            Require(operations.Magnitude is >= 0 and <= 30, $"{nameof(RandAugment)}: magnitude {operations.Magnitude} must be 0 to 30.");
        }

        if (Erasing is { } erasing)
        {
            Require(IsProbability(erasing.Probability), $"{nameof(Erasing)}: probability {erasing.Probability} must be 0 to 1.");
            CheckRegion(nameof(Erasing), erasing.SmallestScale, erasing.LargestScale, erasing.SmallestRatio, erasing.LargestRatio);
        }
    }

    private static Augmentation With(Augmentation settings, string operation)
    {
        int known = Array.FindIndex(Additions, addition => addition.Name == operation);
        return known >= 0 ? Additions[known].Add(settings) : throw new ArgumentException(
            $"'{operation}' is no augmentation: expected a preset ({string.Join(", ", Names)}), operations ({string.Join(", ", Operations)}), or operations after a preset.", "name");
    }

    private static void CheckRegion(string name, double smallestScale, double largestScale, double smallestRatio, double largestRatio)
    {
        Require(0 < smallestScale && smallestScale <= largestScale && largestScale <= 1, $"{name}: scale {smallestScale} to {largestScale} must lie within 0 to 1, in order.");
        Require(0 < smallestRatio && smallestRatio <= largestRatio && double.IsFinite(largestRatio), $"{name}: ratio {smallestRatio} to {largestRatio} must be above 0, in order.");
    }

    private static bool IsProbability(double value)
    {
        return value is >= 0 and <= 1;
    }

    private static bool IsAlpha(double value)
    {
        return value is 0 or (>= 0.01 and <= 4);
    }

    private static void Require(bool holds, FormattableString message)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant(message), "options");
    }
}

/// <summary>A random part of an image, as torchvision's RandomResizedCrop draws it.</summary>
/// <param name="SmallestScale">The least part of the image's area.</param>
/// <param name="LargestScale">The largest part of its area.</param>
/// <param name="SmallestRatio">The least width over height.</param>
/// <param name="LargestRatio">The largest width over height.</param>
/// <remarks>
/// A JPEG whose smallest possible crop is two, four or eight times the network's side or more is decoded at a half, a quarter or an eighth (<see cref="EfficientNet.Imaging.JpegFile.Reduced"/>), and crops
/// are drawn of that image: with these numbers and a side of 224, from about 3.3 million pixels on. All others are decoded as for inference.
/// </remarks>
public sealed record RandomResizedCrop(double SmallestScale = 0.08, double LargestScale = 1, double SmallestRatio = 3.0 / 4, double LargestRatio = 4.0 / 3);

/// <summary>A random affine map about the centre with bilinear values, black where nothing was, as torchvision's RandomAffine draws it.</summary>
/// <param name="Degrees">It turns by up to so many degrees either way.</param>
/// <param name="Translation">It moves by up to this part of the side, across and down, in whole pixels.</param>
/// <param name="SmallestScale">The least factor of its size.</param>
/// <param name="LargestScale">The largest factor.</param>
/// <param name="Shear">Columns lean by up to so many degrees either way.</param>
public sealed record RandomAffine(double Degrees = 10, double Translation = 0.1, double SmallestScale = 0.9, double LargestScale = 1.1, double Shear = 5);

/// <summary>Random colours, as torchvision's ColorJitter draws them, the four in random order.</summary>
/// <param name="Brightness">b: the factor is in 1 − b to 1 + b, at least 0.</param>
/// <param name="Contrast">The same for contrast.</param>
/// <param name="Saturation">The same for saturation.</param>
/// <param name="Hue">h, up to 0.5: the hue turns by −h to h of the circle.</param>
public sealed record ColorJitter(double Brightness = 0, double Contrast = 0, double Saturation = 0, double Hue = 0);

/// <summary>Random operations, as torchvision's RandAugment has them (Cubuk et al. 2020): fourteen, nearest neighbours, black where nothing was.</summary>
/// <param name="Count">How many, one after another; one can come twice.</param>
/// <param name="Magnitude">How strong: 0 to 30.</param>
public sealed record RandAugment(int Count = 2, int Magnitude = 9);

/// <summary>A rectangle without information, as torchvision's RandomErasing draws it (Zhong et al. 2020).</summary>
/// <param name="Probability">The probability that an image has one.</param>
/// <param name="SmallestScale">The least part of the image's area.</param>
/// <param name="LargestScale">The largest part of its area.</param>
/// <param name="SmallestRatio">The least height over width.</param>
/// <param name="LargestRatio">The largest height over width.</param>
public sealed record RandomErasing(double Probability = 0.25, double SmallestScale = 0.02, double LargestScale = 0.33, double SmallestRatio = 0.3, double LargestRatio = 3.3);
