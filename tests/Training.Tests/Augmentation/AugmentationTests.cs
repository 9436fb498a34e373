namespace EfficientNet.Training.Tests;

public class AugmentationTests
{
    public static TheoryData<Augmentation, string> Wrong => new()
    {
        { new Augmentation { Flip = 1.5 }, "Flip 1.5 must be 0 to 1." },
        { new Augmentation { MixProbability = double.NaN }, "MixProbability NaN must be 0 to 1." },
        { new Augmentation { Mixup = 0.001 }, "Mixup 0.001 must be 0, or 0.01 to 4." },
        { new Augmentation { CutMix = -1 }, "CutMix -1 must be 0, or 0.01 to 4." },
        { new Augmentation { Crop = new RandomResizedCrop(0.5, 0.4) }, "Crop: scale 0.5 to 0.4 must lie within 0 to 1, in order." },
        { new Augmentation { Crop = new RandomResizedCrop(SmallestRatio: 0) }, "Crop: ratio 0 to 1.3333333333333333 must be above 0, in order." },
        { new Augmentation { Affine = new RandomAffine(Degrees: 181) }, "Affine: degrees 181 must be 0 to 180, shear 5 0 to 90." },
        { new Augmentation { Affine = new RandomAffine(Translation: 2) }, "Affine: translation 2 must be 0 to 1." },
        { new Augmentation { Affine = new RandomAffine(SmallestScale: 0) }, "Affine: scale 0 to 1.1 must be above 0, in order." },
        { new Augmentation { Jitter = new ColorJitter(Hue: 0.6) }, "Jitter: hue 0.6 must be 0 to 0.5." },
        { new Augmentation { Jitter = new ColorJitter(Brightness: -1) }, "Jitter: no strength may be negative." },
        { new Augmentation { RandAugment = new RandAugment(0) }, "RandAugment: count 0 must be at least 1." },
        { new Augmentation { RandAugment = new RandAugment(2, 31) }, "RandAugment: magnitude 31 must be 0 to 30." },
        { new Augmentation { Erasing = new RandomErasing(2) }, "Erasing: probability 2 must be 0 to 1." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Numbers_out_of_range_are_refused(Augmentation settings, string message)
    {
        Should.Throw<ArgumentException>(settings.Check).Message.ShouldBe($"{message} (Parameter 'options')");
    }

    [Fact]
    public void Presets_are_found_by_name_and_are_valid()
    {
        foreach (string name in Augmentation.Names)
            Augmentation.FromName(name).Check();
        Augmentation.FromName("none").ShouldBe(new Augmentation());
        Augmentation.FromName("standard").Flip.ShouldBe(0.5);
        Augmentation.FromName("strong").Mixup.ShouldBe(0.2);
        Should.Throw<ArgumentException>(() => Augmentation.FromName("weak")).Message.ShouldStartWith("'weak' is no augmentation: expected one of none, standard, strong, drawings.");
    }
}
