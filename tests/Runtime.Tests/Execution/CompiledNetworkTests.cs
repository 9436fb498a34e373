using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Execution;

public sealed class CompiledNetworkTests
{
    [Fact]
    public void Weights_of_another_length_are_refused_and_freed()
    {
        var weights = new PackedWeights(TinyNetwork.Features + 1);
        Should.Throw<ArgumentException>(() => new TinyNetwork(weights: weights)).Message
            .ShouldStartWith("Tiny needs 20 packed floats: these weights have 21.");
        weights.IsFreed.ShouldBeTrue();
    }

    [Fact]
    public void An_instruction_set_that_does_not_exist_is_refused_and_the_weights_are_freed()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Hardware.OverrideVariable)))
            return; // The variable is stronger than the options, so nothing would be refused.
        PackedWeights weights = TinyNetwork.Weights();
        Should.Throw<ArgumentException>(() => new TinyNetwork(new NetworkOptions { InstructionSet = (InstructionSet)9 }, weights));
        weights.IsFreed.ShouldBeTrue();
    }

    [Fact]
    public void The_choice_of_the_options_reaches_the_frames()
    {
        using var network = new TinyNetwork(new NetworkOptions());
        network.InstructionSet.ShouldBe(Hardware.Choose(null));
        network.Network.ShouldBeSameAs(TinyNetwork.Description);
        NetworkOptions.Default.ShouldBe(new NetworkOptions());
    }

    [Fact]
    public void A_network_knows_what_its_weights_file_said()
    {
        using var plain = new TinyNetwork();
        plain.Labels.ShouldBeNull();
        plain.Preprocessing.ShouldBeSameAs(TinyNetwork.Description.Preprocessing);
        plain.Metadata.ShouldBe(new WeightMetadata());
        plain.Network.Labels.ShouldBeNull();

        var photo = new Preprocessing(5, TinyNetwork.Resolution, Interpolation.Bicubic, [1, 1, 1], [2, 2, 2]);
        using PackedWeights weights = new(TinyNetwork.Features) { Metadata = new WeightMetadata { Labels = ["a", "b", "c", "d", "e"], Preprocessing = photo } };
        using var told = new TinyNetwork(weights: weights);
        told.Labels.ShouldBe(["a", "b", "c", "d", "e"]);
        told.Preprocessing.ShouldBe(photo);
        told.Metadata.ShouldBeSameAs(weights.Metadata);
    }
}
