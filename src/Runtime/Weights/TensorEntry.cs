namespace EfficientNet.Runtime;

/// <summary>One tensor of a weight file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its element type as safetensors spells it, whatever the file's format: <c>F32</c>,
/// <c>F16</c>, <c>BF16</c>, <c>F64</c>, <c>I64</c> …</param>
/// <param name="Shape">Its dimensions, row-major; none for a scalar.</param>
public abstract record TensorEntry(string Name, string DataType, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements: the product of the dimensions, 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            // Cannot overflow: the file was refused if this product did.
            long count = 1;
            foreach (long dimension in Shape)
                count *= dimension;
            return count;
        }
    }
}
