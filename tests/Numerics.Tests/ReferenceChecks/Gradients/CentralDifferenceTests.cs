using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.ReferenceChecks.Gradients;

/// <summary>
/// Gradients of small awkward networks against differences of their own loss, along random directions: every activation, biases,
/// networks without BatchNorm, frozen BatchNorm, dropped branches and features, both losses.
/// </summary>
public class CentralDifferenceTests(ITestOutputHelper output)
{
    /// <summary>Parameters of a network that are tried one by one, beside all of them together and the image.</summary>
    private const int Singles = 8;

    private const long LargestNetwork = 2_000_000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    /// <summary>Of <see cref="RandomSpecTexts"/>, those that are quickly differentiated.</summary>
    public static TheoryData<int> TextSeeds =>
        [.. Enumerable.Range(1, 60).Where(seed => OfText(seed).TrainingGraph().MultiplyAdds < LargestNetwork).Take(16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_are_the_slopes_of_the_loss(int seed) => Check(RandomSpecs.Of(seed), seed);

    [Theory]
    [MemberData(nameof(TextSeeds))]
    public void Gradients_of_any_spec_are_the_slopes_of_the_loss(int seed) => Check(OfText(seed), seed);

    [Fact]
    public void One_gradient_that_is_one_percent_off_is_seen()
    {
        var problem = new GradientProblem(RandomSpecs.Of(2), seed: 2);
        TrainingGradients gradients = problem.Step().Gradients;
        Tensor weight = gradients.Parameters["features.0.0.weight"];
        problem.SlopeError("features.0.0.weight", weight).ShouldBeWithin(1);
        problem.SlopeError("features.0.0.weight", weight.Map(value => value * 1.01)).ShouldBeGreaterThan(1);
    }

    private static ArchitectureSpec OfText(int seed) => SpecTexts.Parse(RandomSpecTexts.Of(seed), SpecTexts.OfTinyNetworks);

    private void Check(ArchitectureSpec spec, int seed)
    {
        var problem = new GradientProblem(spec, seed);
        output.WriteLine(problem.ToString());
        TrainingGradients gradients = problem.Step().Gradients;
        problem.ParameterNames.ShouldBe(gradients.Parameters.Keys, ignoreOrder: true);
        string[] names = [.. problem.ParameterNames];
        var errors = new Dictionary<string, double>
        {
            ["all"] = problem.SlopeError(gradients.Parameters),
            ["image"] = problem.ImageSlopeError(gradients.Image),
        };
        foreach (string name in Enumerable.Range(0, Singles).Select(i => names[i * names.Length / Singles]).Distinct())
        {
            errors.Add(name, problem.SlopeError(name, gradients.Parameters[name]));
        }

        foreach ((string name, double error) in errors.OrderByDescending(pair => pair.Value).Take(3)) output.WriteLine($"{name}: {error:P1} of what is allowed");
        errors.Where(pair => !(pair.Value < 1)).ShouldBeEmpty();
    }
}
