using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Networks;

namespace EfficientNet.Training.Tests.Steps;

/// <summary>What a trainer does with calls that come while one is under way, and what it keeps of statistics.</summary>
public class TrainerUseTests
{
    private static readonly float[] Image = new float[3 * 8 * 8];

    [Fact]
    public void A_trainer_that_is_disposed_during_a_step_ends_it_first()
    {
        Trainer trainer = Start();
        var masks = new Masks(() => OnAnotherThread(trainer.Dispose));
        trainer.Masks = masks;
        trainer.Accumulate(Image, [1]).ShouldBeGreaterThan(0);
        masks.Calls.ShouldBeGreaterThan(1);
        Should.Throw<ObjectDisposedException>(() => trainer.Accumulate(Image, [1]));
        Should.Throw<ObjectDisposedException>(() => trainer.Get(trainer.Tensors[0]));
        trainer.Dispose();
    }

    [Fact]
    public void Another_threads_call_during_a_step_is_refused_and_changes_nothing()
    {
        using Trainer alone = Start(), shared = Start();
        double expected = alone.Accumulate(Image, [1]);
        int refused = 0;
        shared.Masks = new Masks(() =>
        {
            shared.Get(shared.Tensors[0]).ShouldNotBeEmpty("a call inside the step, of its own thread");
            OnAnotherThread(() => Should.Throw<InvalidOperationException>(() => shared.Accumulate(Image, [2])).Message.ShouldContain("in use by another thread"));
            OnAnotherThread(() => Should.Throw<InvalidOperationException>(shared.ClearGradients));
            refused++;
        });
        shared.Accumulate(Image, [1]).ShouldBe(expected);
        refused.ShouldBeGreaterThan(0);
        foreach (ParameterTensor tensor in alone.Tensors.Where(tensor => !tensor.IsStatistic)) shared.GetGradient(tensor).ShouldBe(alone.GetGradient(tensor), tensor.Name);
    }

    [Fact]
    public void A_refused_update_brings_back_neither_what_was_replaced_nor_what_was_cleared()
    {
        using Trainer trainer = Start();
        ParameterTensor[] statistics = [.. trainer.Tensors.Where(tensor => tensor.IsStatistic)];
        float[] noisy = [.. Image.Select((_, at) => at % 7 * 0.1f)];
        trainer.Accumulate(noisy, [1]);
        trainer.ClearGradients();
        float[] cleared = trainer.Get(statistics[0]);
        trainer.Set(statistics[1], Enumerable.Repeat(3f, statistics[1].Count).ToArray());
        noisy[5] = float.NaN;
        trainer.Accumulate(noisy, [1]);
        trainer.Set(statistics[2], Enumerable.Repeat(4f, statistics[2].Count).ToArray());
        Should.Throw<NonFiniteGradientException>(() => trainer.Update(new SgdOptimizer(), 0.1));
        trainer.Get(statistics[0]).ShouldBe(cleared);
        trainer.Get(statistics[1]).ShouldAllBe(value => value == 3);
        trainer.Get(statistics[2]).ShouldAllBe(value => value == 4);
    }

    [Fact]
    public void A_value_that_16_bits_cannot_hold_is_named_before_a_file_is_touched()
    {
        using Trainer trainer = Start();
        ParameterTensor variance = trainer.Tensors.First(tensor => tensor.Kind == ParameterKind.RunningVariance);
        trainer.Set(variance, [1, 70000, .. Enumerable.Repeat(1f, variance.Count - 2)]);
        using var file = new MemoryStream();
        Should.Throw<ArgumentException>(() => trainer.WriteWeights(file, new WeightExport { DataType = "F16" })).Message.ShouldContain("holds 70000 as value 1 of");
        file.Length.ShouldBe(0);
        trainer.WriteWeights(file, new WeightExport { DataType = "BF16" });
    }

    [Fact]
    public void Weights_with_a_negative_variance_are_refused_and_none_of_them_is_taken()
    {
        using Trainer source = Start(), target = Start();
        ParameterTensor variance = source.Tensors.First(tensor => tensor.Kind == ParameterKind.RunningVariance), weight = source.Tensors[0];
        source.Set(variance, [-0.5f, .. Enumerable.Repeat(1f, variance.Count - 1)]);
        source.Set(weight, Enumerable.Repeat(2f, weight.Count).ToArray());
        using var file = new MemoryStream();
        source.WriteWeights(file, null);
        file.Position = 0;
        using WeightFile weights = WeightFile.Open(file, "w");
        float[] before = target.Get(target.Tensors[0]);
        Should.Throw<WeightFileException>(() => target.LoadWeights(weights)).Message.ShouldContain("holds -0.5 at [0]: with epsilon");
        target.Get(target.Tensors[0]).ShouldBe(before);
    }

    private static Trainer Start()
    {
        var trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 2, MaximumBatch = 1 });
        Initialisation.Apply(trainer, seed: 1);
        return trainer;
    }

    private static void OnAnotherThread(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Drops nothing, and does something meanwhile.</summary>
    private sealed class Masks(Action meanwhile) : IMaskSource
    {
        public int Calls { get; private set; }

        public void Fill(MaskDescription mask, int image, Span<float> values)
        {
            Calls++;
            meanwhile();
            values.Fill(1);
        }
    }
}
