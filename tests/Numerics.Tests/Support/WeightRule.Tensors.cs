using EfficientNet.Compiler.Graph;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Tests;

/// <content>The rule's values as the reference's tensors.</content>
internal static partial class WeightRule
{
    public static Tensor Input(int images, int resolution, int seed = ReferenceSeed)
    {
        int[] shape = [images, 3, resolution, resolution];
        return Tensor.Of(shape, Values("input", shape, seed));
    }

    /// <summary>All parameters of a training graph, under the names of one scheme.</summary>
    public static Dictionary<string, float[]> Weights(Network network, Naming naming, int seed = ReferenceSeed) =>
        ParameterTable.Of(network, naming).ToDictionary(row => row.Name, row => Values(row.Name, row.Shape, seed));
}
