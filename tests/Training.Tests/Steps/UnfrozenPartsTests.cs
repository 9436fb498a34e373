using EfficientNet.Training.Tests.Networks;

namespace EfficientNet.Training.Tests.Steps;

/// <summary>What parts that were frozen do when they are trained after all.</summary>
public class UnfrozenPartsTests
{
    private const double Rate = 0.01, Epsilon = 1e-8;

    /// <summary>
    /// AdamW's means begin at zero and are corrected for it by 1 − βᵗ, t counting the updates of the parameter: in its first one they are g and g², so that it
    /// moves by η·g / (|g| + ε). Counted from the trainer's first update t would be 5 here, and the part would move about three times as far.
    /// </summary>
    [Fact]
    public void A_part_that_is_unfrozen_later_moves_as_in_a_first_update()
    {
        using Trainer trainer = new(Tiny.CreateTraining(), new TrainerOptions { Threads = 2, MaximumBatch = 2 });
        Initialisation.Apply(trainer, 3);
        float[] images = [.. Enumerable.Range(0, 2 * 3 * 8 * 8).Select(at => (float)(at * 37 % 101 - 50) / 50)];
        var rule = new AdamWOptimizer { Epsilon = Epsilon };
        trainer.FirstTrained = trainer.Description.Parts.Count - 1;
        trainer.Accumulate(images, [0, 2]);
        ParameterTensor[] frozen = [.. trainer.Tensors.Where(tensor => !tensor.IsStatistic && trainer.GetGradient(tensor).All(value => value == 0))];
        frozen.Length.ShouldBeGreaterThan(10);
        for (int step = 0; step < 4; step++)
        {
            trainer.Update(rule, Rate);
            trainer.Accumulate(images, [0, 2]);
        }

        trainer.ClearGradients();
        trainer.FirstTrained = 0;
        trainer.Accumulate(images, [0, 2]);
        Dictionary<ParameterTensor, (float[] Values, float[] Gradient)> before = frozen.ToDictionary(tensor => tensor, tensor => (trainer.Get(tensor), trainer.GetGradient(tensor)));
        trainer.Update(rule, Rate);
        foreach ((ParameterTensor tensor, (float[] values, float[] gradient)) in before)
        {
            float[] after = trainer.Get(tensor);
            for (int i = 0; i < after.Length; i++)
            {
                double expected = values[i] - Rate * gradient[i] / (Math.Abs(gradient[i]) + Epsilon);
                // Fewer than 16 roundings on the way to the step, and one of the sum.
                ((double)after[i]).ShouldBe(expected, (16 * Rate + Math.Abs(expected)) * Math.ScaleB(1, -24), $"{tensor.Name}[{i}]");
            }
        }
    }
}
