using System.Runtime.InteropServices;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Networks;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Bytes that an engine needs on the disk to run something.</summary>
/// <param name="What">What they are.</param>
/// <param name="Bytes">How many.</param>
internal sealed record DiskSize(string What, long Bytes)
{
    /// <summary>Programs of both sides.</summary>
    /// <param name="aotProgram">The <c>compare</c> that NativeAOT published; null to go without.</param>
    public static IEnumerable<DiskSize> Programs(string? aotProgram)
    {
        if (aotProgram is not null)
        {
            yield return new(
                $"this project: the program with all {BenchmarkNetwork.All.Count} networks and the benchmark in it, NativeAOT",
                new FileInfo(aotProgram).Length);
        }

        yield return new("ONNX Runtime: its library and Node's binding to it, without Node", OnnxRuntimeBytes());
    }

    /// <summary>What both sides read of one network.</summary>
    /// <param name="network">Whose weights.</param>
    /// <param name="files">Where they are.</param>
    public static IEnumerable<DiskSize> Models(BenchmarkNetwork network, CaseFiles files)
    {
        yield return new($"{network.Name}: weights for this project, safetensors", new FileInfo(files.Weights(network)).Length);
        yield return new($"{network.Name}: model for ONNX Runtime", new FileInfo(files.Onnx(network)).Length);
    }

    private static long OnnxRuntimeBytes()
    {
        string package = Folders.InRepository("benchmarks", "compare", "node", "node_modules", "onnxruntime-node", "bin");
        string platform = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        string folder = Path.Combine(platform, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        return Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetDirectoryName(file)!.EndsWith(folder, StringComparison.Ordinal))
            .Sum(file => new FileInfo(file).Length);
    }
}
