namespace EfficientNet.Runtime;

/// <summary>A tensor that a network needs.</summary>
/// <param name="Name">Its name under one scheme.</param>
/// <param name="Shape">Its shape, OIHW.</param>
public sealed record ExpectedTensor(string Name, IReadOnlyList<long> Shape)
{
    private static readonly string[] BatchNormParts = ["weight", "bias", "running_mean", "running_var"];

    /// <summary>Number of its values.</summary>
    public long Count => Shape.Aggregate(1L, static (product, dimension) => checked(product * dimension));

    /// <summary>Whether a shape will do. A linear layer's weight may also be a 1×1 convolution's, which has the same
    /// values in the same order: squeeze-excite and classifiers are written either way.</summary>
    internal bool Accepts(IReadOnlyList<long> found)
    {
        return found.SequenceEqual(Shape)
            || (Shape.Count == 2 && found.SequenceEqual([.. Shape, 1, 1]));
    }

    /// <summary>All tensors of one layer and its BatchNorm, in the same order under every scheme.</summary>
    /// <param name="layer">One of a description's weights.</param>
    /// <param name="scheme">Whose names.</param>
    public static IEnumerable<ExpectedTensor> Of(ConvolutionWeights layer, NamingScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Of(layer, scheme, layer.Outputs);
    }

    /// <summary>All tensors of a layer that has so many outputs.</summary>
    internal static IEnumerable<ExpectedTensor> Of(ConvolutionWeights layer, NamingScheme scheme, int outputs)
    {
        string name = layer.Names.In(scheme);
        yield return new ExpectedTensor(
            $"{name}.weight",
            layer.Kernel == 0 ? [outputs, layer.Inputs] : [outputs, layer.Inputs, layer.Kernel, layer.Kernel]);
        if (layer.HasBias)
            yield return new ExpectedTensor($"{name}.bias", [outputs]);
        if (layer.BatchNorm is null)
            yield break;
        string norm = layer.BatchNorm.In(scheme);
        foreach (string part in BatchNormParts)
            yield return new ExpectedTensor($"{norm}.{part}", [outputs]);
    }
}
