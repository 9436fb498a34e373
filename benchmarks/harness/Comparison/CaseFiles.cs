using System.Runtime.InteropServices;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Onnx;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>The files that engines read: weights, models and inputs, written when they are first asked for into a folder that goes away with this: 4 GB for the whole family.</summary>
internal sealed class CaseFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("efficientnet-compare-");

    /// <summary>The peer's model: where a network's ONNX file comes from is decided here and nowhere else.</summary>
    public string Onnx(BenchmarkNetwork network)
    {
        if (network.OnnxFile is not null) return Folders.InShared("peers", network.OnnxFile);
        string path = Path.Combine(_folder.FullName, $"{network.Name}.onnx");
        if (File.Exists(path)) return path;
        using WeightFile weights = WeightFile.Open(Weights(network));
        // Folded, as libraries export a network for inference.
        OnnxExporter.Export(network.Description, weights, path, new OnnxExportOptions { BatchNorm = BatchNormForm.Folded });
        return path;
    }

    /// <summary>The same weights for this project.</summary>
    public string Weights(BenchmarkNetwork network) => network.PeerWeights(_folder.FullName);

    /// <summary>The same weights as this project packs them.</summary>
    public string Packed(BenchmarkNetwork network)
    {
        string path = Path.Combine(_folder.FullName, $"{network.Name}.packed");
        if (File.Exists(path)) return path;
        using PackedWeights packed = WeightLoader.Load(network.Description, Weights(network));
        PackedWeightsFile.Write(path, network.Description, packed);
        return path;
    }

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
