namespace EfficientNet.Training.Tests.Runs;

public class RecipeTests
{
    [Fact]
    public void Every_recipe_says_what_it_sets()
    {
        Recipe.Paper.Describe(512).ShouldBe(new Dictionary<string, string>
        {
            ["optimizer"] = "RMSProp as in TensorFlow, alpha 0.9, momentum 0.9, epsilon 0.001",
            ["weight decay"] = "0.00001",
            ["learning rate"] = "0.032, warm-up over 5 epochs, times 0.97 every 2.4 epochs",
            ["label smoothing"] = "0.1",
            ["average of weights"] = "keeps 0.9999 at each step",
            ["gradients' norm"] = "not clipped",
            ["augmentation"] = "standard,randaugment: crop of 0.08 to 1 of the area, flip 0.5, RandAugment 2 of magnitude 9",
        });
        Recipe.Small.Describe(64).Single(pair => pair.Key == "learning rate").Value.ShouldBe("0.002, warm-up over 50 steps, cosine to 0");
        Recipe.Small.Describe(64).Single(pair => pair.Key == "augmentation").Value.ShouldBe("none");
        (Recipe.Small with { Augmentation = "affine,jitter" }).Describe(64).Single(pair => pair.Key == "augmentation").Value
            .ShouldBe("affine,jitter: turn by 10°, move by 0.1, size 0.9 to 1.1, shear 5°, brightness 0.4, contrast 0.4, saturation 0.4, hue 0");
        Recipe.FineTune.Describe(8).Single(pair => pair.Key == "gradients' norm").Value.ShouldBe("clipped to 5");
    }

    [Fact]
    public void Numbers_that_differ_are_said_differently()
    {
        string Said(double epsilon) => (Recipe.Small with { Optimizer = new AdamWOptimizer { Epsilon = epsilon } }).Describe(8).Single(pair => pair.Key == "optimizer").Value;
        (Said(1e-8), Said(1e-12), Said(1e-11)).ShouldBe(("AdamW, beta 0.9 and 0.999, epsilon 0.00000001", "AdamW, beta 0.9 and 0.999, epsilon 1E-12", "AdamW, beta 0.9 and 0.999, epsilon 1E-11"));
    }

    [Fact]
    public void Numbers_that_no_decimal_holds_can_be_said()
    {
        (Recipe.FineTune with { ClipNorm = 1e29 }).Describe(8).Single(pair => pair.Key == "gradients' norm").Value.ShouldBe($"clipped to 1{new string('0', 29)}");
    }
}
