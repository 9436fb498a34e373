namespace EfficientNet.Runtime;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its element type as the format spells it: <c>F32</c>, <c>F16</c>, <c>BF16</c>, <c>I64</c> …</param>
/// <param name="Shape">Its dimensions, row-major; none for a scalar.</param>
/// <param name="Offset">Where its first byte lies, counted from the beginning of the file.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record SafetensorsEntry(string Name, string DataType, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Number of elements: the product of the dimensions, 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            // Cannot overflow: the header was refused if this product did.
            long count = 1;
            foreach (long dimension in Shape)
                count *= dimension;
            return count;
        }
    }
}
