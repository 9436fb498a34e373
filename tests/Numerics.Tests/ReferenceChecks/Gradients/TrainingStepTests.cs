using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.ReferenceChecks.Gradients;

/// <summary>One training step of whole networks against the libraries'.</summary>
public class TrainingStepTests(ITestOutputHelper output)
{
    [SharedTheory]
    [InlineData("torchvision/b0.train")]
    [InlineData("torchvision/b1.train")]
    [InlineData("timm/tf_b0.train")]
    [InlineData("timm/lite0.train")]
    [InlineData("training/b0.masks")]
    public void Loss_logits_gradients_and_statistics_are_the_librarys(string name)
    {
        var reference = new TrainingStepReference(name);
        TrainingResult result = ReferenceTraining.Run(reference.Graph, reference.Weights(), reference.Input, reference.Loss, reference.Mode, reference.Naming);

        // In double all of it agrees to rounding; the older files are float32, with the limits of the references' README.
        (double loss, double logits, double l2, double samples) = reference.Exact ? (1e-11, 1e-11, 1e-9, 1e-9) : (1e-5, 3e-4, 3e-4, 1e-3);
        result.Loss.ShouldBe(reference.LossValue, loss * reference.LossValue);
        result.Logits.Data.Length.ShouldBe(reference.Logits.Length);
        for (int i = 0; i < reference.Logits.Length; i++) result.Logits.Data[i].ShouldBe(reference.Logits[i], logits, $"logit {i}");

        IReadOnlyDictionary<string, Tensor> gradients = result.Gradients.Parameters;
        gradients.Keys.ShouldBe(reference.Gradients.Select(gradient => gradient.Name), ignoreOrder: true);
        double largest = gradients.Values.Max(Norm);
        string[] zero = [.. reference.Gradients.Select(gradient => gradient.Name).Where(gradient => Norm(gradients[gradient]) < 1e-9 * largest)];
        if (reference.ZeroGradients is { } expected) zero.ShouldBe(expected);
        foreach ((string parameter, Summary summary) in reference.Gradients)
        {
            if (zero.Contains(parameter)) summary.L2.ShouldBeWithin(1e-4, parameter);
            else ShouldFit(gradients[parameter], summary, parameter, l2, samples);
        }

        ShouldFit(result.Gradients.Image, reference.InputGradient, "image", l2, samples);
        result.Statistics.Keys.ShouldBe(reference.Statistics.Select(statistic => statistic.Name), ignoreOrder: true);
        foreach ((string statistic, Summary summary) in reference.Statistics) ShouldFit(result.Statistics[statistic], summary, statistic, l2, samples);
        output.WriteLine($"{name}: loss off by {Math.Abs(result.Loss - reference.LossValue):E1}, "
            + $"largest gradient norm off by {reference.Gradients.Where(g => !zero.Contains(g.Name)).Max(g => Math.Abs(Norm(gradients[g.Name]) / g.Summary.L2 - 1)):E1}");
    }

    private static void ShouldFit(Tensor actual, Summary expected, string name, double l2, double samples)
    {
        actual.ShouldFit(expected, name, l2, samples);
        // The sum sees values in the wrong place no better than the norm, but it sees their signs.
        actual.Data.Sum().ShouldBe(expected.Sum, samples * expected.L2 * Math.Sqrt(expected.Count), $"{name}: sum");
    }

    private static double Norm(Tensor tensor) => Math.Sqrt(tensor.Data.Sum(value => value * value));
}
