using EfficientNet.Runtime;
using Onnx;

namespace EfficientNet.Onnx.Graph;

/// <summary>
/// The nodes of a graph as they are added. A node is named by its layer and its operator (<c>1.0/depthwise/Conv</c>), its
/// output as itself; every output's shape is written down.
/// </summary>
internal sealed class NodeList
{
    private readonly List<NodeProto> _nodes = [];
    private readonly List<ValueInfoProto> _values = [];
    private readonly List<TensorProto> _constants = [];

    /// <summary>Where a layer's nodes are added.</summary>
    public LayerNodes Of(LayerDescription layer) => new(this, layer);

    /// <summary>A number that nodes read, the same node input for the same name.</summary>
    public string Constant(string name, float value)
    {
        if (_constants.All(constant => constant.Name != name))
            _constants.Add(new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, FloatData = { value } });
        return name;
    }

    /// <summary>Puts everything into a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="output">What the last node's output is called: it is the graph's.</param>
    public void Finish(GraphProto graph, string output)
    {
        _nodes[^1].Output[0] = output;
        graph.Node.Add(_nodes);
        graph.ValueInfo.Add(_values.Take(_values.Count - 1));
        graph.Initializer.Add(_constants);
    }

    /// <summary>The nodes of one layer.</summary>
    /// <param name="list">All nodes.</param>
    /// <param name="layer">The layer.</param>
    internal readonly struct LayerNodes(NodeList list, LayerDescription layer)
    {
        /// <summary>Adds a node whose output has the layer's shape.</summary>
        /// <returns>The output's name.</returns>
        public string Add(string operation, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
            Add(operation, [layer.Channels, layer.Height, layer.Width], inputs, attributes);

        /// <summary>Adds a node whose output is a vector.</summary>
        /// <returns>The output's name.</returns>
        public string AddVector(string operation, int length, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
            Add(operation, [length], inputs, attributes);

        private string Add(string operation, int[] shape, IEnumerable<string> inputs, ReadOnlySpan<AttributeProto> attributes)
        {
            string name = $"{layer.Name.Replace(' ', '/')}/{operation}";
            var node = new NodeProto { Name = name, OpType = operation, Input = { inputs }, Output = { name } };
            foreach (AttributeProto attribute in attributes) node.Attribute.Add(attribute);
            list._nodes.Add(node);
            list._values.Add(Values.Named(name, shape));
            return name;
        }
    }
}
