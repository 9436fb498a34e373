namespace EfficientNet.Onnx.Weights;

/// <summary>What a model calls a layer's tensors.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Bias">The bias; null when there is none.</param>
/// <param name="BatchNorm">The prefix of the BatchNorm's four tensors; null when there is no BatchNorm, or it was folded.</param>
internal sealed record LayerTensorNames(string Weight, string? Bias, string? BatchNorm)
{
    /// <summary>The BatchNorm's tensors in the order of the node's inputs; none without one.</summary>
    public IReadOnlyList<string> BatchNormParts { get; } = BatchNorm is null
        ? []
        : [$"{BatchNorm}.weight", $"{BatchNorm}.bias", $"{BatchNorm}.running_mean", $"{BatchNorm}.running_var"];

    /// <summary>All tensors but the weight: each has one value an output.</summary>
    public IEnumerable<string> Vectors => Bias is null ? BatchNormParts : [Bias, .. BatchNormParts];
}
