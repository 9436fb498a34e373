namespace EfficientNet.Training;

/// <summary>A stretch of a tensor's values, in the order in which files hold them, and where they lie in a flat buffer.</summary>
/// <param name="First">Number of the first value in the tensor.</param>
/// <param name="Count">How many.</param>
/// <param name="At">The first value's place.</param>
/// <param name="Step">Floats from one to the next.</param>
internal readonly record struct TensorRow(int First, int Count, long At, int Step);
