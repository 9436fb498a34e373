namespace EfficientNet.Training.Tests.Networks;

/// <summary>The networks that this project's tests train come out of the generator with their backward pass.</summary>
public class CompiledNetworkTests
{
    [Fact]
    public void Digits_and_the_tiny_network_can_be_trained()
    {
        using var digits = new Trainer(Digits.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 });
        using var tiny = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 });
        Initialisation.Apply(tiny, seed: 1);

        digits.Description.Network.Classes.ShouldBe(10);
        tiny.Accumulate(new float[3 * 8 * 8], [2]).ShouldBeGreaterThan(0);
    }
}
