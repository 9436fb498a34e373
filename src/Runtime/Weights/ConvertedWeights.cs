namespace EfficientNet.Runtime;

/// <summary>A network's weights, ready to be written.</summary>
/// <param name="Tensors">Every tensor that the network needs, in the order of its layers.</param>
/// <param name="Metadata">What the file will say about itself.</param>
public sealed record ConvertedWeights(IReadOnlyList<SafetensorsTensor> Tensors, WeightMetadata Metadata)
{
    /// <summary>Writes them as a safetensors file, as <see cref="SafetensorsWriter"/> does: the old file or the whole new
    /// one is there, never a part.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string path)
    {
        SafetensorsWriter.Write(path, Tensors, Metadata.ToDictionary());
    }
}
