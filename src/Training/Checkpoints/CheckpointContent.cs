using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A checkpoint in memory, read whole and with the right checksum.</summary>
/// <param name="Path">The file.</param>
/// <param name="Said">Its metadata without the checksum.</param>
/// <param name="Tensors">Its tensors.</param>
internal sealed record CheckpointContent(string Path, IReadOnlyDictionary<string, string> Said, IReadOnlyList<SafetensorsTensor> Tensors);
