using EfficientNet.Runtime;

namespace EfficientNet.Training.Tests.Networks;

/// <summary>Weights before training: normal, with the deviation of the layer's fan-out.</summary>
public class InitialisationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Convolutions_have_the_deviation_of_their_fan_out_and_depthwise_ones_of_a_group_where_that_is_asked_for(bool byGroup)
    {
        using var trainer = new Trainer(Digits.CreateTraining(), new TrainerOptions());
        Initialisation.Apply(trainer, seed: 5, byGroup);
        int depthwise = 0;
        foreach (ConvolutionWeights layer in trainer.Description.Weights.Where(layer => layer.Kernel > 0))
        {
            ParameterTensor tensor = trainer.Tensors.Single(tensor => tensor.Name == layer.Names.TorchVision + ".weight");
            float[] values = trainer.Get(tensor);
            bool isGroup = layer.Form == PackedForm.Depthwise && byGroup;
            if (isGroup) depthwise++;
            double variance = 2.0 / ((isGroup ? 1 : layer.Outputs) * layer.Taps);
            // The mean of n squares of normal numbers deviates by √(2 / n) of itself: six times that is not seen by chance.
            double allowed = 6 * Math.Sqrt(2.0 / values.Length);
            values.Average(value => (double)value * value).ShouldBe(variance, allowed * variance, tensor.Name);
        }

        depthwise.ShouldBe(byGroup ? trainer.Description.Weights.Count(layer => layer.Form == PackedForm.Depthwise) : 0);
    }
}
