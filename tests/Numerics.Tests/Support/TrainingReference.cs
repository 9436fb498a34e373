using System.Text.Json;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Networks;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>A training reference, <c>NAME.json</c>: of one step or of several; its head, and the network it was made with.</summary>
internal class TrainingReference
{
    /// <param name="name">Folder and name without <c>.json</c>, as <c>timm/lite0.train</c> or <c>training/b0.sgd</c>.</param>
    public TrainingReference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Reference(name + ".json")));
        Root = document.RootElement.Clone();
        string model = name.StartsWith("training/", StringComparison.Ordinal) ? "torchvision/" + name["training/".Length..] : name;
        FamilyReference family = FamilyReference.All.Single(family => family.Name == model[..model.IndexOf('.')]);
        ArchitectureSpec spec = family.Read();
        spec.BatchNorm!.Epsilon.ShouldBe(Root.GetProperty("bn_eps").GetDouble());
        // The library's TensorFlow models were trained here with PyTorch's momentum, not with TensorFlow's.
        Spec = spec with
        {
            Scaling = spec.Scaling with { Resolution = Root.GetProperty("resolution").GetInt32() },
            Classes = Root.GetProperty("classes").GetInt32(),
            BatchNorm = spec.BatchNorm with { Momentum = Root.GetProperty("bn_momentum").GetDouble() },
        };
        Naming = family.Naming;
        Graph = Spec.TrainingGraph();
        // The older files do not count them.
        if (Root.TryGetProperty("parameters", out JsonElement parameters)) Graph.Parameters.ShouldBe(parameters.GetInt64());
    }

    public ArchitectureSpec Spec { get; }

    public Naming Naming { get; }

    public Network Graph { get; }

    protected JsonElement Root { get; }

    protected int Batch => Root.GetProperty("batch").GetInt32();

    private int Seed => Root.GetProperty("seed").GetInt32();

    /// <summary>Parameters and running statistics by the rule.</summary>
    public Dictionary<string, Tensor> Weights() => ParameterTable.Of(Graph, Naming)
        .ToDictionary(row => row.Name, row => Tensor.Of(row.Shape, WeightRule.Values(row.Name, row.Shape, Seed)));

    /// <summary>The batch of a name, <c>input</c> or <c>input.0</c>.</summary>
    protected Tensor Images(string name)
    {
        int[] shape = [Batch, 3, Spec.Scaling.Resolution, Spec.Scaling.Resolution];
        return Tensor.Of(shape, WeightRule.Values(name, shape, Seed));
    }

    /// <summary>The value in double where the file has one, or in float32.</summary>
    protected (JsonElement Value, bool Exact) Best(string key) =>
        Root.TryGetProperty(key + "_float64", out JsonElement exact) ? (exact, true) : (Root.GetProperty(key), false);
}
