using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>Generated training steps of published networks against the libraries', with the limits of the references' README.</summary>
public class PublishedTrainingTests(ITestOutputHelper output)
{
    private const double L2 = 3e-4, Samples = 1e-3, Zero = 1e-4;

    [SharedTheory]
    [InlineData("torchvision/b0.train")]
    [InlineData("torchvision/b1.train")]
    [InlineData("timm/tf_b0.train")]
    [InlineData("timm/lite0.train")]
    [InlineData("training/b0.masks")]
    public void Loss_logits_gradients_and_statistics_are_the_librarys(string name)
    {
        var reference = new TrainingStepReference(name);
        GeneratedAssembly assembly = GeneratedAssembly.Of(reference.Spec.Trained());
        float[] images = reference.Input.ToFloats();
        int batch = reference.Input.Images;
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using Trainer trainer = TrainerStart.Start(assembly, reference.Weights(), reference.Naming, set, threads: 2, batch);
            trainer.Masks = new GivenMasks(reference.Mode.Factors);
            var imageGradient = new float[images.Length];
            double loss = trainer.Accumulate(images, reference.Loss.Labels.ToArray(), imageGradient);
            loss.ShouldBe(reference.LossValue, 1e-5 * reference.LossValue, $"{set}");
            float[] logits = Enumerable.Range(0, batch).SelectMany(i => trainer.Logits(i).ToArray()).ToArray();
            logits.Zip(reference.Logits, (found, expected) => Math.Abs(found - expected)).Max().ShouldBeLessThan(3e-4, $"{set}: logits");

            Dictionary<string, float[]> results = TrainerStart.Results(trainer, reference.Naming);
            foreach ((string tensor, Summary summary) in reference.Gradients)
            {
                Tensor found = Tensor.Of(summary.Shape, results[tensor]);
                // Batch statistics take a constant away: what is zero in exact arithmetic is noise in float32 on both sides.
                if (summary.L2 < Zero) Math.Sqrt(found.Data.Sum(value => value * value)).ShouldBeLessThan(Zero, $"{set}: {tensor}");
                else found.ShouldFit(summary, $"{set}: {tensor}", L2, Samples);
            }

            Tensor.Of(reference.Input.Shape, imageGradient).ShouldFit(reference.InputGradient, $"{set}: image", L2, Samples);
            foreach ((string tensor, Summary summary) in reference.Statistics) Tensor.Of(summary.Shape, results[tensor]).ShouldFit(summary, $"{set}: {tensor}", L2, Samples);
            output.WriteLine($"{name}, {set}: loss off by {Math.Abs(loss - reference.LossValue):E1}");
        }
    }
}
