namespace EfficientNet.Compiler.Planning;

/// <summary>What a reduction step of a pointwise convolution fetches of weights.</summary>
/// <param name="Ahead">Floats by which it moves on in those that are needed soon.</param>
/// <param name="Next">The same in the next layer's, from memory.</param>
internal readonly record struct PointwiseFetches(int Ahead, int Next);
