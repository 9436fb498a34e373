namespace EfficientNet.Runtime;

/// <summary>A network's weights, ready to be written.</summary>
/// <param name="Tensors">Every tensor that the network needs, in the order of its layers.</param>
/// <param name="Metadata">What the file will say about itself.</param>
public sealed record ConvertedWeights(IReadOnlyList<SafetensorsTensor> Tensors, WeightMetadata Metadata)
{
    /// <summary>The file that they were read from, for messages.</summary>
    internal string? Source { get; init; }

    /// <summary>Writes them as a safetensors file, as <see cref="SafetensorsWriter"/> does: the old file or the whole new
    /// one is there, never a part.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string path)
    {
        SafetensorsWriter.Write(path, Tensors, Metadata.ToDictionary());
    }

    /// <summary>Packs them for a compiled network and writes them as <see cref="PackedWeightsFile"/> does: loading that file takes a small part of
    /// the time.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="network">The network that they were read for.</param>
    /// <exception cref="ArgumentException">Packed they are longer than 2,000,000,000 bytes.</exception>
    /// <exception cref="WeightFileException">These are another network's weights, or a folded value is too large for a float.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had: the weights are there twice more for a moment.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void WritePacked(string path, NetworkDescription network)
    {
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, Tensors, Metadata.ToDictionary());
        file.Position = 0;
        using PackedWeights packed = WeightLoader.Load(network, file, Source ?? path, null);
        PackedWeightsFile.Write(path, network, packed);
    }
}
