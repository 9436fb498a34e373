using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>A reference's weights in a file that lives as long as this.</summary>
internal sealed class ReferenceWeights : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("efficientnet-scorecard-");

    public ReferenceWeights(BenchmarkNetwork network)
        : this(network.Reference ?? throw new ArgumentException($"no library's inference of {network.Name} is kept", nameof(network)))
    {
    }

    /// <param name="reference">A reference's name, such as "torchvision/b0".</param>
    public ReferenceWeights(string reference)
    {
        Reference = EvalReference.Read(reference);
        Path = System.IO.Path.Combine(_folder.FullName, "weights.safetensors");
        Reference.WriteWeights(Path);
    }

    /// <summary>What the library computed with them.</summary>
    public EvalReference Reference { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The instruction sets that run here.</summary>
    public static IReadOnlyList<InstructionSet> InstructionSets { get; } = Enum.GetValues<InstructionSet>().Reverse().Where(Runs).ToArray();

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private static bool Runs(InstructionSet set)
    {
        try
        {
            // The environment's choice is stronger than ours: then there is only that one.
            return Hardware.Choose(set) == set;
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    }
}
