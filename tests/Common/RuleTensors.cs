using EfficientNet.Runtime;

namespace EfficientNet.Tests;

/// <summary>Weights by the references' rule.</summary>
internal static class RuleTensors
{
    /// <summary>All tensors of a network under torchvision's names.</summary>
    public static IEnumerable<SafetensorsTensor> Of(NetworkDescription network) => network.Weights
        .SelectMany(layer => ExpectedTensor.Of(layer, NamingScheme.TorchVision))
        .Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, WeightRule.Values(tensor.Name, [.. tensor.Shape.Select(side => (int)side)])));
}
