using System.Collections.Concurrent;
using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>One case of <c>operations/index.json</c>: float32 inputs, and results computed in float64 and rounded once.</summary>
internal sealed class OperationCase
{
    private static readonly Lazy<IReadOnlyDictionary<string, JsonElement>> Index = new(() =>
        JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Reference("operations", "index.json"))).RootElement
            .GetProperty("cases").EnumerateArray().ToDictionary(entry => entry.GetProperty("name").GetString()!));

    private static readonly ConcurrentDictionary<string, TensorFile> Files = new();

    private readonly JsonElement _entry;
    private readonly TensorFile _file;

    private OperationCase(string name)
    {
        Name = name;
        _entry = Index.Value[name];
        _file = Files.GetOrAdd(_entry.GetProperty("file").GetString()!, file => TensorFile.Open(SharedFolder.Reference("operations", file)));
    }

    public string Name { get; }

    public JsonElement Attributes => _entry.GetProperty("attributes");

    /// <summary>The tensor of a role: <c>x</c>, <c>weight</c>, <c>y</c>, …</summary>
    public Tensor this[string role] => _file[$"{Name}/{role}"];

    /// <summary>The roles that are given, upstream gradients among them.</summary>
    public IEnumerable<string> Inputs => Roles("inputs");

    /// <summary>The roles that were computed.</summary>
    public IEnumerable<string> Results => Roles("results");

    public bool Has(string role) => Inputs.Contains(role);

    public static OperationCase Read(string name) => new(name);

    /// <summary>The names of all cases of some operations, as a theory wants them.</summary>
    public static TheoryData<string> Named(params string[] operations)
    {
        var names = new TheoryData<string>();
        foreach ((string name, JsonElement entry) in Index.Value)
        {
            if (operations.Contains(entry.GetProperty("op").GetString())) names.Add(name);
        }

        return names;
    }

    private IEnumerable<string> Roles(string member) => _entry.GetProperty(member).EnumerateArray().Select(role => role.GetString()!);
}
