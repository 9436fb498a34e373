using System.Text.Json;
using EfficientNet.Runtime;

namespace EfficientNet.Tests;

/// <summary>A reference model: weights and input that follow from a rule (the README of the references has it), and
/// what PyTorch computed with them.</summary>
internal sealed class ReferenceModel
{
    private readonly string _path;
    private readonly JsonElement _root;

    private ReferenceModel(string path)
    {
        _path = path;
        _root = JsonDocument.Parse(File.ReadAllBytes(path + ".eval.json")).RootElement;
    }

    /// <summary>Logits of the one image.</summary>
    public double[] Logits => _root.GetProperty("logits")[0].EnumerateArray().Select(value => value.GetDouble()).ToArray();

    /// <summary>Stem, blocks and head in order: shape, norm and eight samples of each.</summary>
    public (int[] Shape, double Norm, double[] Samples)[] Blocks => _root.GetProperty("blocks").EnumerateObject()
        .Select(block => (
            Integers(block.Value.GetProperty("shape")),
            block.Value.GetProperty("l2").GetDouble(),
            block.Value.GetProperty("samples").EnumerateArray().Select(value => value.GetDouble()).ToArray()))
        .ToArray();

    /// <summary>The library's own names of all tensors, each with its shape; without the counters of batches, which are whole numbers.</summary>
    public Dictionary<string, long[]> Tensors => _root.GetProperty("keys").EnumerateObject().Where(key => !key.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
        .ToDictionary(key => key.Name, key => Array.ConvertAll(Integers(key.Value), side => (long)side));

    private int Seed => _root.GetProperty("seed").GetInt32();

    /// <param name="name">Folder and name without ending, as <c>torchvision/b0</c>.</param>
    public static ReferenceModel Read(string name) => new(SharedFolder.File("reference", name));

    /// <summary>Writes the weight file: the rule's values and the reference's running statistics.</summary>
    public void WriteWeights(string file)
    {
        using SafetensorsFile statistics = SafetensorsFile.Open(_path + ".eval.stats.safetensors");
        IEnumerable<SafetensorsTensor> tensors = _root.GetProperty("keys").EnumerateObject().Select(key =>
        {
            int[] shape = Integers(key.Value);
            float[] values = statistics.TryGetTensor(key.Name, out _) ? statistics.ReadFloats(key.Name) : WeightRule.Values(key.Name, shape, Seed);
            return new SafetensorsTensor(key.Name, Array.ConvertAll(shape, side => (long)side), values);
        });
        SafetensorsWriter.Write(file, tensors.ToArray(), null);
    }

    /// <summary>Writes the input file.</summary>
    public void WriteInput(string file)
    {
        int side = _root.GetProperty("resolution").GetInt32();
        SafetensorsWriter.Write(file, [new SafetensorsTensor("input", [1, 3, side, side], WeightRule.Values("input", [1, 3, side, side], Seed))], null);
    }

    private static int[] Integers(JsonElement array) => array.EnumerateArray().Select(value => value.GetInt32()).ToArray();
}
