using System.Text.Json;

namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

/// <summary>The small files that PyTorch wrote, and what is in them.</summary>
internal static class Fixture
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["float32"] = "F32",
        ["float16"] = "F16",
        ["bfloat16"] = "BF16",
        ["float64"] = "F64",
        ["int64"] = "I64",
    };

    public static readonly string Folder = Repository.At("tests", "Runtime.Tests", "Weights", "PyTorch", "Fixtures");

    public static string Path(string name)
    {
        return System.IO.Path.Combine(Folder, name);
    }

    /// <summary>The tensors of every file that can be read.</summary>
    public static (string Name, string DataType, long[] Shape, double[] Values)[] Tensors()
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path("index.json")));
        return index.RootElement.GetProperty("tensors").EnumerateObject().Select(tensor => (
            tensor.Name,
            Types[tensor.Value.GetProperty("dtype").GetString()!],
            tensor.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64()).ToArray(),
            tensor.Value.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray())).ToArray();
    }

    /// <summary>What is to happen with each file.</summary>
    public static Dictionary<string, string> Files()
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path("index.json")));
        return index.RootElement.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString()!);
    }
}
