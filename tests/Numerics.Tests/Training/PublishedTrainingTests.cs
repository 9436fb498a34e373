using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Shouldly;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>Generated training steps of published networks against the libraries', with the limits of the references' README.</summary>
public class PublishedTrainingTests(ITestOutputHelper output)
{
    private const double Zero = 1e-4;

    /// <summary>Steps of rounding by which an image's values may be scaled where an activation has corners.</summary>
    private const int MostSteps = 8;

    /// <summary>From 1 to the next number.</summary>
    private const float Rounding = 1f / (1 << 23);

    private static readonly Limits Usual = new(L2: 3e-4, Samples: 1e-3);

    /// <summary>What one activation on the other side of a corner changes.</summary>
    private static readonly Limits BesideCorner = new(L2: 2e-2, Samples: double.PositiveInfinity);

    [SharedTheory]
    [InlineData("torchvision/b0.train")]
    [InlineData("torchvision/b1.train")]
    [InlineData("timm/tf_b0.train")]
    [InlineData("timm/v2_b0.train")]
    [InlineData("training/b0.masks")]
    public void Loss_logits_gradients_and_statistics_are_the_librarys(string name)
    {
        foreach (Step step in Steps(name)) step.ShouldFit(Usual);
    }

    /// <remarks>
    /// ReLU6 has corners at 0 and 6: an activation within rounding of one may lie on its other side, which moves gradients by more than rounding does. It
    /// lies where the library's does again when the image's values are moved by some rounding, as any other order of a sum would move them.
    /// </remarks>
    [SharedTheory]
    [InlineData("timm/lite0.train")]
    public void With_corners_they_are_the_librarys_up_to_rounding_of_the_image(string name)
    {
        foreach (Step step in Steps(name))
        {
            step.ShouldFit(BesideCorner);
            int steps = Enumerable.Range(0, MostSteps + 1).FirstOrDefault(steps => step.Fits(Usual, 1 + steps * Rounding), -1);
            if (steps < 0) step.ShouldFit(Usual);
            output.WriteLine($"{step.Set}: with the image's values {steps} steps of rounding larger");
        }
    }

    private IEnumerable<Step> Steps(string name)
    {
        var reference = new TrainingStepReference(name);
        GeneratedAssembly assembly = GeneratedAssembly.Of(reference.Spec.Trained());
        return InstructionSets.Available.Select(set => new Step(reference, assembly, set, output));
    }

    /// <summary>Allowed distance of a tensor's norm, relative, and of a sample, in root mean squares of the tensor.</summary>
    private readonly record struct Limits(double L2, double Samples);

    /// <summary>A published step, made with one instruction set.</summary>
    private sealed record Step(TrainingStepReference Reference, GeneratedAssembly Assembly, InstructionSet Set, ITestOutputHelper Output)
    {
        public bool Fits(Limits limits, float scale)
        {
            try
            {
                ShouldFit(limits, scale);
                return true;
            }
            catch (ShouldAssertException)
            {
                return false;
            }
        }

        public void ShouldFit(Limits limits, float scale = 1)
        {
            float[] images = Reference.Input.ToFloats().Select(value => value * scale).ToArray();
            int batch = Reference.Input.Images;
            using Trainer trainer = TrainerStart.Start(Assembly, Reference.Weights(), Reference.Naming, Set, threads: 2, batch);
            trainer.Masks = new GivenMasks(Reference.Mode.Factors);
            var imageGradient = new float[images.Length];
            double loss = trainer.Accumulate(images, Reference.Loss.Labels.ToArray(), imageGradient);
            loss.ShouldBe(Reference.LossValue, 1e-5 * Reference.LossValue, $"{Set}");
            float[] logits = Enumerable.Range(0, batch).SelectMany(i => trainer.Logits(i).ToArray()).ToArray();
            LargestDistance.Between(logits, Reference.Logits).ShouldBeWithin(3e-4, $"{Set}: logits");

            Dictionary<string, float[]> results = TrainerStart.Results(trainer, Reference.Naming);
            foreach ((string tensor, Summary summary) in Reference.Gradients)
            {
                Tensor found = Tensor.Of(summary.Shape, results[tensor]);
                // Batch statistics take a constant away: what is zero in exact arithmetic is noise in float32 on both sides.
                if (summary.L2 < Zero) Math.Sqrt(found.Data.Sum(value => value * value)).ShouldBeWithin(Zero, $"{Set}: {tensor}");
                else found.ShouldFit(summary, $"{Set}: {tensor}", limits.L2, limits.Samples);
            }

            Tensor.Of(Reference.Input.Shape, imageGradient).ShouldFit(Reference.InputGradient, $"{Set}: image", limits.L2, limits.Samples);
            foreach ((string tensor, Summary summary) in Reference.Statistics) Tensor.Of(summary.Shape, results[tensor]).ShouldFit(summary, $"{Set}: {tensor}", Usual.L2, Usual.Samples);
            Output.WriteLine($"{Set}: loss off by {Math.Abs(loss - Reference.LossValue):E1}");
        }
    }
}
