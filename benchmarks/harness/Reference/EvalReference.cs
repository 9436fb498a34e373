using System.Text.Json;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Reference;

/// <summary>One inference as another library computed it.</summary>
/// <param name="Name">Path inside the reference folder, without its ending.</param>
/// <param name="Resolution">Side of the input.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="Logits">The first image's logits.</param>
/// <param name="Blocks">Summaries of stem, blocks and head, in order of execution.</param>
/// <param name="Shapes">Names and shapes of all tensors.</param>
internal sealed record EvalReference(
    string Name,
    int Resolution,
    long Parameters,
    double[] Logits,
    IReadOnlyList<MapSummary> Blocks,
    IReadOnlyList<(string Name, long[] Shape)> Shapes)
{
    /// <summary>Reads a reference, such as "torchvision/b0".</summary>
    public static EvalReference Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Folders.InShared("reference", $"{name}.eval.json")));
        JsonElement root = document.RootElement;
        return new EvalReference(
            name,
            root.GetProperty("resolution").GetInt32(),
            root.GetProperty("parameters").GetInt64(),
            Doubles(root.GetProperty("logits")[0]),
            root.GetProperty("blocks").EnumerateObject().Select(block => MapSummary.Of(block.Name, block.Value)).ToArray(),
            root.GetProperty("keys").EnumerateObject()
                .Select(key => (key.Name, key.Value.EnumerateArray().Select(size => size.GetInt64()).ToArray())).ToArray());
    }

    /// <summary>Writes the weights that the reference was made with: the rule's, with its own running statistics.</summary>
    public void WriteWeights(string path)
    {
        using SafetensorsFile statistics = SafetensorsFile.Open(Folders.InShared("reference", $"{Name}.eval.stats.safetensors"));
        SafetensorsWriter.Write(path, Shapes.Where(key => !key.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Select(Tensor), metadata: null);

        SafetensorsTensor Tensor((string Name, long[] Shape) key) => new(
            key.Name,
            key.Shape,
            statistics.TryGetTensor(key.Name, out _) ? statistics.ReadFloats(key.Name) : WeightRule.Values(key.Name, [.. key.Shape.Select(side => checked((int)side))]));
    }

    private static double[] Doubles(JsonElement array) => array.EnumerateArray().Select(value => value.GetDouble()).ToArray();
}

/// <summary>What a reference keeps of a map.</summary>
/// <param name="Name">The block's name in its library.</param>
/// <param name="L2">Euclidean norm.</param>
/// <param name="Samples">Values at flat NCHW indices floor(k · count / length).</param>
internal sealed record MapSummary(string Name, double L2, double[] Samples)
{
    /// <summary>Reads one.</summary>
    public static MapSummary Of(string name, JsonElement summary) => new(
        name, summary.GetProperty("l2").GetDouble(), summary.GetProperty("samples").EnumerateArray().Select(value => value.GetDouble()).ToArray());

    /// <summary>How far a map is from this: its norm, relative, and the worst sample in root mean squares.</summary>
    public (double L2, double Samples) DistanceOf(float[] map)
    {
        double norm = Math.Sqrt(map.Sum(value => (double)value * value));
        double rms = L2 / Math.Sqrt(map.Length);
        double worst = Samples.Select((expected, k) => LargestDistance.Counted(Math.Abs(map[(int)((long)k * map.Length / Samples.Length)] - expected))).Max();
        return (LargestDistance.Counted(Math.Abs(norm - L2) / L2), worst / rms);
    }
}
