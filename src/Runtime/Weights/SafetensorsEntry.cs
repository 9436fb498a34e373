namespace EfficientNet.Runtime;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its element type as the format spells it: <c>F32</c>, <c>F16</c>, <c>BF16</c>, <c>I64</c> …</param>
/// <param name="Shape">Its dimensions, row-major; none for a scalar.</param>
/// <param name="Offset">Where its first byte lies, counted from the beginning of the file.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record SafetensorsEntry(string Name, string DataType, IReadOnlyList<long> Shape, long Offset, long Length)
    : TensorEntry(Name, DataType, Shape);
