using System.Runtime.InteropServices;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>The files that engines read: weights and inputs, written once into a folder that goes away with this.</summary>
internal sealed class CaseFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("efficientnet-compare-");

    /// <summary>The peer's model: where a network's ONNX file comes from is decided here and nowhere else.</summary>
    public string Onnx(BenchmarkNetwork network) => Folders.InShared("peers", network.OnnxFile);

    /// <summary>The same weights for this project.</summary>
    public string Weights(BenchmarkNetwork network) => network.PeerWeights(_folder.FullName);

    /// <summary>Images as raw float32, by the weight rule.</summary>
    public string Input(BenchmarkNetwork network, int images = 1)
    {
        string path = Path.Combine(_folder.FullName, $"{network.Name}.{images}.input");
        if (!File.Exists(path)) File.WriteAllBytes(path, MemoryMarshal.AsBytes(WeightRule.Input(images, network.Description.Resolution).AsSpan()));
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
