namespace EfficientNet.Runtime;

/// <summary>One tensor to write.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions, row-major; none for a scalar.</param>
/// <param name="Values">Its values: as many as the product of the dimensions.</param>
public sealed record SafetensorsTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values)
{
    /// <summary>The element type in the file: <c>F32</c>, or <c>F16</c> or <c>BF16</c>, to which the values are then
    /// rounded, to nearest, ties to even.</summary>
    public string DataType { get; init; } = SafetensorsTypes.Float32;
}
