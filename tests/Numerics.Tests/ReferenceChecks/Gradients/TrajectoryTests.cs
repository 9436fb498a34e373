using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Reference.Optimizers;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.ReferenceChecks.Gradients;

/// <summary>
/// Ten training steps of B0 against PyTorch's run in double. One trajectory of each optimizer always; all eight by hand, when
/// the environment variable EFFICIENTNET_TRAJECTORIES is <c>all</c>.
/// </summary>
public class TrajectoryTests(ITestOutputHelper output)
{
    /// <summary>Relative; the steps themselves enlarge rounding by some hundreds.</summary>
    private const double Limit = 1e-9;

    /// <summary>
    /// For the state of <c>adamw</c>: its epsilon of 1e-8 turns the rounding of gradients that are zero in exact arithmetic, 1e-16
    /// of the others, into visible steps.
    /// </summary>
    private const double LimitOfTinyEpsilon = 1e-6;

    /// <summary>The steps of <c>sgd_ema</c> are those of <c>sgd</c>; what else the others differ in, <see cref="OptimizerTests"/> sees too.</summary>
    private static readonly string[] Always = ["sgd_ema", "rmsprop_tf", "adamw_eps"];

    private static readonly string[] ByHand = ["sgd", "sgd_nesterov", "sgd_smoothing", "rmsprop", "adamw"];

    public static TheoryData<string> Optimizers =>
        [.. Always, .. Environment.GetEnvironmentVariable("EFFICIENTNET_TRAJECTORIES") == "all" ? ByHand : []];

    [SharedTheory]
    [MemberData(nameof(Optimizers))]
    public void Losses_norms_and_state_are_PyTorchs(string optimizer)
    {
        var reference = new TrajectoryReference(optimizer);
        var trainer = new ReferenceTrainer(reference.Graph, reference.Weights(), OptimizerTests.OptimizerOf(optimizer, reference.Settings));
        ExponentialAverage? average = reference.AverageDecay is double decay ? new ExponentialAverage(trainer.State, decay) : null;
        double worst = 0;
        for (int step = 0; step < reference.Steps; step++)
        {
            TrainingResult result = trainer.Step(reference.Input(step), reference.Loss(step));
            average?.Add(trainer.State);
            double loss = Math.Abs(result.Loss / reference.Losses[step] - 1);
            double norm = Math.Abs(GradientNorm.Of(result.Gradients.Parameters.Values) / reference.GradientNorms[step] - 1);
            output.WriteLine($"step {step}: loss off by {loss:E1}, gradient norm by {norm:E1}");
            worst = Math.Max(worst, Math.Max(loss, norm));
        }

        double state = Distance(trainer.State, reference.State);
        double averages = average is null ? 0 : Distance(average.Values, reference.Average);
        double[] logits = ReferenceNetwork.Run(reference.Graph, trainer.State, reference.Input(0)).Logits.Data;
        logits.Length.ShouldBe(reference.EvalLogits.Length);
        double inference = LargestDistance.Between(logits, reference.EvalLogits);
        output.WriteLine($"state off by {state:E1}, average by {averages:E1}, logits by {inference:E1}");
        worst.ShouldBeWithin(Limit);
        state.ShouldBeWithin(optimizer == "adamw" ? LimitOfTinyEpsilon : Limit);
        averages.ShouldBeWithin(Limit);
        inference.ShouldBeWithin(Limit);
    }

    /// <summary>The largest distance of mean, deviation, norm and first values, in root mean squares of the tensor.</summary>
    private static double Distance(IReadOnlyDictionary<string, Tensor> state, IReadOnlyDictionary<string, StateSummary> expected)
    {
        state.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        return expected.Max(pair => Distance(state[pair.Key], pair.Value));
    }

    private static double Distance(Tensor tensor, StateSummary expected)
    {
        tensor.Shape.ShouldBe(expected.Shape);
        double[] values = tensor.Data;
        double mean = values.Average(), scale = expected.L2 / Math.Sqrt(values.Length);
        double deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        double rootMeanSquare = Math.Sqrt(values.Average(value => value * value));
        return new[] { mean - expected.Mean, deviation - expected.Deviation, rootMeanSquare - scale }
            .Concat(expected.First.Select((value, i) => values[i] - value)).Max(Math.Abs) / scale;
    }
}
