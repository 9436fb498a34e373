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
    }

    [Fact]
    public void Operations_are_found_by_name_alone_or_behind_a_preset()
    {
        foreach (string name in Augmentation.Operations)
        {
            Augmentation.FromName(name).Check();
            Augmentation.FromName(name).ShouldNotBe(Augmentation.None, name);
        }

        Augmentation.FromName("crop,flip").ShouldBe(Augmentation.Standard);
        Augmentation.FromName("standard,randaugment,erasing,mixup,cutmix").ShouldBe(Augmentation.Strong);
        Augmentation.FromName("none,affine").ShouldBe(Augmentation.Drawings);
        Augmentation.FromName("standard,jitter").ShouldBe(Augmentation.Standard with { Jitter = new ColorJitter(0.4, 0.4, 0.4) });
        foreach (string wrong in (string[])["weak", "", "crop,strong", "standard,"])
        {
            Should.Throw<ArgumentException>(() => Augmentation.FromName(wrong), wrong).Message.ShouldStartWith(
                $"'{wrong.Split(',')[^1]}' is no augmentation: expected a preset (none, standard, strong, drawings), operations (crop, flip, affine, jitter, randaugment, erasing, mixup, cutmix), or operations after a preset.");
        }
    }
}
