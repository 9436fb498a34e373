using EfficientNet.Cli.Benchmarking;
using EfficientNet.Cli.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Benchmarking;

/// <summary>A measurement by random weights is one of ordinary numbers, however many residual sums a network has.</summary>
public class RandomWeightsTests
{
    [Theory]
    [InlineData("EfficientNetB3")]
    [InlineData("EfficientNetLite0")]
    [InlineData("EfficientNetV2S")]
    public void Features_stay_far_from_subnormal_and_from_infinite(string name)
    {
        NetworkEntry entry = NetworkCatalogue.Find(name).ShouldNotBeNull();
        using MemoryStream weights = RandomWeights.Write(entry.Description);
        using CompiledNetwork network = entry.FromStream(weights, "random weights", new NetworkOptions());
        using Session session = network.CreateSession(2);
        float[] features = new float[entry.Description.Features];
        session.ForwardFeatures(RandomWeights.Images(entry.Description, 1), features);
        Math.Sqrt(features.Average(value => (double)value * value)).ShouldBeInRange(1e-4, 100);
    }
}
