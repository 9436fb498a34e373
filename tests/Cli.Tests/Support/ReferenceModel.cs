using System.Text;
using System.Text.Json;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Support;

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
            float[] values = statistics.TryGetTensor(key.Name, out _) ? statistics.ReadFloats(key.Name) : Values(key.Name, shape);
            return new SafetensorsTensor(key.Name, Array.ConvertAll(shape, side => (long)side), values);
        });
        SafetensorsWriter.Write(file, tensors.ToArray(), null);
    }

    /// <summary>Writes the input file.</summary>
    public void WriteInput(string file)
    {
        int side = _root.GetProperty("resolution").GetInt32();
        SafetensorsWriter.Write(file, [new SafetensorsTensor("input", [1, 3, side, side], Values("input", [1, 3, side, side]))], null);
    }

    private float[] Values(string name, int[] shape)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes($"{name}#{Seed}")) hash = unchecked((hash ^ b) * 0x100000001B3);
        int fanIn = shape.Skip(1).Aggregate(1, (product, size) => product * size);
        (float low, float centre, float span) = name switch
        {
            _ when name.EndsWith("running_mean", StringComparison.Ordinal) => (0f, 0.5f, 0.2f),
            _ when name.EndsWith("running_var", StringComparison.Ordinal) => (0.75f, 0f, 0.5f),
            _ when name.EndsWith("bias", StringComparison.Ordinal) => (0f, 0.5f, 0.2f),
            _ when shape.Length == 1 => (0.75f, 0f, 0.5f),
            "input" => (0f, 0.5f, 4f),
            _ => (0f, 0.5f, (float)(2 * Math.Sqrt(6.0 / fanIn))),
        };
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++) values[i] = low + (Uniform(unchecked(hash + (ulong)i)) - centre) * span;
        return values;
    }

    private static float Uniform(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return (z >> 40) / 16777216f;
        }
    }

    private static int[] Integers(JsonElement array) => array.EnumerateArray().Select(value => value.GetInt32()).ToArray();
}
