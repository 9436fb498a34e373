using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>What a trainer does around an optimizer's kernel: norm, clipping, decay by tensor, memory, averages, and refusals.</summary>
public class TrainerUpdateTests
{
    private const double Rate = 0.5;

    private static readonly SgdOptimizer Plain = new() { Momentum = 0 };

    public static TheoryData<InstructionSet> Sets => [.. InstructionSets.Available];

    public static TheoryData<string> Refused => [.. Refusals.Keys];

    private static Dictionary<string, (string Parameter, Action<Trainer> Update)> Refusals { get; } = new()
    {
        ["rate NaN"] = ("rate", trainer => trainer.Update(Plain, double.NaN)),
        ["rate −1"] = ("rate", trainer => trainer.Update(Plain, -1)),
        ["rate ∞"] = ("rate", trainer => trainer.Update(Plain, double.PositiveInfinity)),
        ["norm 0"] = ("clipNorm", trainer => trainer.Update(Plain, Rate, clipNorm: 0)),
        ["norm −1"] = ("clipNorm", trainer => trainer.Update(Plain, Rate, clipNorm: -1)),
        ["norm −∞"] = ("clipNorm", trainer => trainer.Update(Plain, Rate, clipNorm: double.NegativeInfinity)),
        ["norm NaN"] = ("clipNorm", trainer => trainer.Update(Plain, Rate, clipNorm: double.NaN)),
        ["factor 0"] = ("factor", trainer => trainer.Update(Plain, Rate, factor: 0)),
        ["factor ∞"] = ("factor", trainer => trainer.Update(Plain, Rate, factor: double.PositiveInfinity)),
        ["decay −1"] = ("WeightDecay", trainer => trainer.Update(Plain with { WeightDecay = -1 }, Rate)),
        ["SGD, momentum 1"] = ("Momentum", trainer => trainer.Update(Plain with { Momentum = 1 }, Rate)),
        ["RMSProp, momentum NaN"] = ("Momentum", trainer => trainer.Update(new RmsPropOptimizer { Momentum = double.NaN }, Rate)),
        ["RMSProp, α 1.5"] = ("Alpha", trainer => trainer.Update(new RmsPropOptimizer { Alpha = 1.5 }, Rate)),
        ["RMSProp, ε 0"] = ("Epsilon", trainer => trainer.Update(new RmsPropOptimizer { Epsilon = 0 }, Rate)),
        ["AdamW, β₁ 1 as a float"] = ("Beta1", trainer => trainer.Update(new AdamWOptimizer { Beta1 = 1 - 1e-12 }, Rate)),
        ["AdamW, β₂ −0.1"] = ("Beta2", trainer => trainer.Update(new AdamWOptimizer { Beta2 = -0.1 }, Rate)),
        ["AdamW, ε 0 as a float"] = ("Epsilon", trainer => trainer.Update(new AdamWOptimizer { Epsilon = 1e-50 }, Rate)),
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_norm_is_that_of_all_gradients_for_every_number_of_threads(InstructionSet set)
    {
        var program = new GivenGradients(set);
        double exact = Norm(program), first = double.NaN;
        foreach (int threads in new[] { 1, 2, 3, 5 })
        {
            using Trainer trainer = GivenGradients.Start(program, set, threads);
            GivenGradients.Step(trainer);
            double norm = trainer.GradientNorm();
            norm.ShouldBe(exact, 1e-12 * exact);
            if (threads == 1) first = norm;
            norm.ShouldBe(first, $"{set}, {threads} threads");
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Gradients_are_scaled_down_to_the_clipping_norm_and_never_up(InstructionSet set)
    {
        var program = new GivenGradients(set);
        double norm = Norm(program);
        foreach ((double clip, double factor, double kept) in new[]
        {
            (double.PositiveInfinity, 1, 1), (norm * 4, 1, 1), (norm / 4, 1, 0.25), (norm / 4, 0.5, 0.25), (norm * 0.75, 0.5, 0.5),
        })
        {
            using Trainer trainer = GivenGradients.Start(program, set, threads: 2);
            GivenGradients.Step(trainer);
            ShouldMove(trainer, () => trainer.Update(Plain, Rate, clip, factor), (tensor, w, g) => w - Rate * kept * g);
            trainer.GradientNorm().ShouldBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Gradients_that_are_zero_can_be_clipped(InstructionSet set)
    {
        var program = new GivenGradients(set) { Gradients = new float[GivenGradients.Floats] };
        using Trainer trainer = GivenGradients.Start(program, set, threads: 2);
        GivenGradients.Step(trainer);
        ShouldMove(trainer, () => trainer.Update(Plain, Rate, clipNorm: 1), (tensor, w, g) => w);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Weights_alone_decay_unless_all_shall(InstructionSet set)
    {
        var program = new GivenGradients(set);
        using Trainer trainer = GivenGradients.Start(program, set, threads: 2);
        foreach (bool all in new[] { false, true, false })
        {
            GivenGradients.Step(trainer);
            ShouldMove(trainer, () => trainer.Update(Plain with { WeightDecay = 0.25, DecaysAll = all }, Rate),
                (tensor, w, g) => w - Rate * (g + (all || tensor.Kind == ParameterKind.Weight ? 0.25 * w : 0)));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Memory_is_kept_while_the_rule_stays_and_begins_anew_with_another(InstructionSet set)
    {
        var program = new GivenGradients(set);
        using Trainer trainer = GivenGradients.Start(program, set, threads: 2);
        long bare = trainer.Bytes;
        var momentum = new SgdOptimizer { Momentum = 0.5 };
        Move(momentum, 1);
        trainer.Bytes.ShouldBeGreaterThanOrEqualTo(bare + GivenGradients.Floats * sizeof(float));
        Move(momentum, 1.5);
        GivenGradients.Step(trainer);
        trainer.Update(new AdamWOptimizer(), Rate);
        trainer.Bytes.ShouldBeGreaterThanOrEqualTo(bare + 2 * GivenGradients.Floats * sizeof(float));
        Move(momentum, 1);

        void Move(Optimizer rule, double steps)
        {
            GivenGradients.Step(trainer);
            ShouldMove(trainer, () => trainer.Update(rule, Rate), (tensor, w, g) => w - Rate * steps * g);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_average_follows_parameters_and_statistics(InstructionSet set)
    {
        var program = new GivenGradients(set);
        using Trainer trainer = GivenGradients.Start(program, set, threads: 3);
        using MovingAverage average = trainer.CreateAverage();
        foreach (ParameterTensor tensor in trainer.Tensors)
        {
            float[] began = trainer.Get(tensor);
            trainer.Get(average, tensor).ShouldBeBitwise(began, $"{set}: {tensor}");
            trainer.Set(tensor, Array.ConvertAll(began, value => 3 * value));
        }

        trainer.MoveAverage(average, 0.75);
        foreach (ParameterTensor tensor in trainer.Tensors)
            Near(trainer.Get(average, tensor), trainer.Get(tensor).Select(value => value / 3.0 * 1.5).ToArray(), $"{set}: {tensor}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_number_out_of_range_is_named_and_nothing_is_changed(string title)
    {
        InstructionSet set = InstructionSets.Available[0];
        using Trainer trainer = GivenGradients.Start(new GivenGradients(set), set, threads: 1);
        GivenGradients.Step(trainer);
        long bytes = trainer.Bytes;
        double norm = trainer.GradientNorm();
        float[][] before = trainer.Tensors.Select(trainer.Get).ToArray();
        Should.Throw<ArgumentOutOfRangeException>(() => Refusals[title].Update(trainer)).ParamName.ShouldBe(Refusals[title].Parameter);
        trainer.Bytes.ShouldBe(bytes);
        trainer.GradientNorm().ShouldBe(norm);
        foreach ((ParameterTensor tensor, float[] values) in trainer.Tensors.Zip(before)) trainer.Get(tensor).ShouldBeBitwise(values, tensor.Name);
    }

    private static double Norm(GivenGradients program) => Math.Sqrt(program.Gradients.Sum(value => (double)value * value));

    /// <summary>Every tensor that is learned has to move as said, statistics not at all.</summary>
    private static void ShouldMove(Trainer trainer, Action update, Func<ParameterTensor, double, double, double> expected)
    {
        (ParameterTensor Tensor, float[] Values, float[]? Gradient)[] before = trainer.Tensors
            .Select(tensor => (tensor, trainer.Get(tensor), tensor.IsStatistic ? null : trainer.GetGradient(tensor))).ToArray();
        update();
        foreach ((ParameterTensor tensor, float[] values, float[]? gradient) in before)
        {
            if (gradient is null) trainer.Get(tensor).ShouldBeBitwise(values, tensor.Name);
            else Near(trainer.Get(tensor), values.Zip(gradient, (w, g) => expected(tensor, w, g)).ToArray(), tensor.Name);
        }
    }

    /// <summary>A handful of roundings of numbers up to 2.</summary>
    private static void Near(float[] actual, double[] expected, string where)
    {
        actual.Length.ShouldBe(expected.Length, where);
        for (int i = 0; i < actual.Length; i++) ((double)actual[i]).ShouldBe(expected[i], 16 * Bounds.Epsilon, $"{where}, {i}");
    }
}
