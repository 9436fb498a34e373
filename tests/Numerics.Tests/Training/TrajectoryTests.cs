using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>Ten generated steps of B0 with every optimizer against PyTorch's, with the limits of the references' README.</summary>
public class TrajectoryTests(ITestOutputHelper output)
{
    private const double Limit = 2e-3, LimitOfTinyEpsilon = 1e-2;

    [SharedTheory]
    [InlineData("sgd")]
    [InlineData("sgd_nesterov")]
    [InlineData("sgd_smoothing")]
    [InlineData("sgd_ema")]
    [InlineData("rmsprop")]
    [InlineData("rmsprop_tf")]
    [InlineData("adamw_eps")]
    [InlineData("adamw")]
    public void Losses_norms_and_state_are_PyTorchs(string optimizer)
    {
        var reference = new TrajectoryReference(optimizer);
        GeneratedAssembly assembly = GeneratedAssembly.Of(reference.Spec.Trained());
        (Optimizer rule, double rate) = RuleOf(optimizer, reference.Settings);
        // An epsilon of 1e-8 turns the rounding of gradients that are zero into steps: README wants its losses only.
        bool tiny = optimizer == "adamw";
        double limit = tiny ? LimitOfTinyEpsilon : Limit;
        InstructionSet set = InstructionSets.Available[0];
        using Trainer trainer = TrainerStart.Start(assembly, reference.Weights(), reference.Naming, set, threads: 2, reference.Input(0).Images);
        using MovingAverage average = trainer.CreateAverage();
        double worst = 0;
        for (int step = 0; step < reference.Steps; step++)
        {
            trainer.LabelSmoothing = (float)reference.Loss(step).Smoothing;
            double loss = trainer.Accumulate(reference.Input(step).ToFloats(), reference.Loss(step).Labels.ToArray());
            double norm = trainer.GradientNorm();
            worst = Math.Max(worst, Math.Abs(loss / reference.Losses[step] - 1));
            if (!tiny) worst = Math.Max(worst, Math.Abs(norm / reference.GradientNorms[step] - 1));
            trainer.Update(rule, rate);
            if (reference.AverageDecay is double decay) trainer.MoveAverage(average, decay);
        }

        output.WriteLine($"{optimizer}, {set}: losses and norms off by {worst:E1}");
        worst.ShouldBeWithin(limit);
        if (tiny) return;
        Check(reference.State, trainer.Tensors, reference.Naming, trainer.Get);
        if (reference.AverageDecay is not null) Check(reference.Average, trainer.Tensors, reference.Naming, tensor => trainer.Get(average, tensor));
    }

    private static void Check(IReadOnlyDictionary<string, StateSummary> expected, IReadOnlyList<ParameterTensor> tensors, Naming naming, Func<ParameterTensor, float[]> values)
    {
        tensors.Select(tensor => tensor.NameIn(TrainerStart.Scheme(naming))).ShouldBe(expected.Keys, ignoreOrder: true);
        foreach (ParameterTensor tensor in tensors)
        {
            string name = tensor.NameIn(TrainerStart.Scheme(naming));
            StateSummary summary = expected[name];
            float[] found = values(tensor);
            double allowed = 30 * summary.SingleError + 1e-6 * summary.L2 / Math.Sqrt(found.Length);
            for (int i = 0; i < summary.First.Length; i++) ((double)found[i]).ShouldBe(summary.First[i], allowed, $"{name}[{i}]");
            found.Average(value => (double)value).ShouldBe(summary.Mean, allowed, $"{name}: mean");
        }
    }

    private static (Optimizer Rule, double Rate) RuleOf(string name, JsonElement settings)
    {
        double Of(string key) => settings.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : 0;
        Optimizer rule = name switch
        {
            _ when name.StartsWith("sgd", StringComparison.Ordinal) => new SgdOptimizer
            {
                Momentum = Of("momentum"),
                Nesterov = settings.TryGetProperty("nesterov", out JsonElement flag) && flag.GetBoolean(),
            },
            _ when name.StartsWith("rmsprop", StringComparison.Ordinal) => new RmsPropOptimizer { Momentum = Of("momentum"), Alpha = Of("alpha"), Epsilon = Of("eps"), TensorFlow = name == "rmsprop_tf" },
            _ => new AdamWOptimizer { Beta1 = settings.GetProperty("betas")[0].GetDouble(), Beta2 = settings.GetProperty("betas")[1].GetDouble(), Epsilon = Of("eps") },
        };
        // In the references all parameters are one group: decay touches biases and BatchNorm too.
        return (rule with { WeightDecay = Of("weight_decay"), DecaysAll = true }, Of("lr"));
    }
}
