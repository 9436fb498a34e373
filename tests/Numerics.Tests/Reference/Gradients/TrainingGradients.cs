namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>What a backward pass finds.</summary>
/// <param name="Parameters">By the parameter's name, in the parameter's own shape and order ([O, I, k, k], [C], [O, I]).</param>
/// <param name="Image">[N, 3, R, R].</param>
/// <param name="Maps">By the map's name (<c>stem</c>, <c>1.0</c> …, <c>head</c>, <c>features</c>), each [N, C, H, W].</param>
internal sealed record TrainingGradients(IReadOnlyDictionary<string, Tensor> Parameters, Tensor Image, IReadOnlyDictionary<string, Tensor> Maps);
