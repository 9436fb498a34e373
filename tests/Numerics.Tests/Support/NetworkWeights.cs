using EfficientNet.Compiler.Graph;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>One set of weights in the two forms that tests need: a safetensors file for the product, doubles for the reference.</summary>
internal sealed class NetworkWeights
{
    private NetworkWeights(Naming naming, IEnumerable<(string Name, int[] Shape, float[] Values)> tensors)
    {
        List<(string Name, int[] Shape, float[] Values)> list = tensors.ToList();
        Naming = naming;
        File = TensorFile.Write(list);
        Tensors = list.ToDictionary(tensor => tensor.Name, tensor => Tensor.Of(tensor.Shape, tensor.Values));
    }

    public Naming Naming { get; }

    /// <summary>A safetensors file.</summary>
    public byte[] File { get; }

    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public ReferenceNetwork.Parameters Parameters => new(Tensors, Naming);

    /// <summary>The rule's values.</summary>
    public static NetworkWeights ByRule(Network network, Naming naming = Naming.TorchVision) =>
        Make(network, naming, (name, shape) => WeightRule.Values(name, shape));

    /// <summary>The rule's values and a reference's running statistics.</summary>
    public static NetworkWeights Of(EvalReference reference, Naming naming) =>
        new(naming, reference.Weights().Select(pair => (pair.Key, pair.Value.Shape, pair.Value.ToFloats())));

    public static NetworkWeights Make(Network network, Naming naming, Func<string, int[], float[]> values) =>
        new(naming, ParameterTable.Of(network, naming).Select(row => (row.Name, row.Shape, values(row.Name, row.Shape))));
}
