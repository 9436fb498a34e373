using EfficientNet.Onnx.Weights;
using EfficientNet.Runtime;
using Onnx;

namespace EfficientNet.Onnx.Graph;

/// <summary>Turns a network's layers into nodes. Weights are named in the graph and kept for later.</summary>
internal sealed class GraphBuilder
{
    private const string Input = "input";
    private const string Logits = "logits";

    private readonly NetworkDescription _network;
    private readonly WeightTensors _tensors;
    private readonly int _classes;
    private readonly NodeList _nodes = new();

    private GraphBuilder(NetworkDescription network, WeightTensors tensors, int classes)
    {
        _network = network;
        _tensors = tensors;
        _classes = classes;
    }

    /// <summary>Builds the graph of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="tensors">Receives the layers whose tensors the graph names.</param>
    /// <param name="classes">Classes that the weights know: the network's, or the first so many.</param>
    public static GraphProto Build(NetworkDescription network, WeightTensors tensors, int classes) => new GraphBuilder(network, tensors, classes).Build();

    private GraphProto Build()
    {
        var outputs = new string[_network.Layers.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            LayerDescription layer = _network.Layers[i];
            outputs[i] = Write(layer, layer.Inputs.Select(input => input < 0 ? Input : outputs[input]).ToArray());
        }

        var graph = new GraphProto { Name = _network.Name };
        graph.Input.Add(Values.Named(Input, _network.InputChannels, _network.Resolution, _network.Resolution));
        graph.Output.Add(Values.Named(Logits, _classes));
        _nodes.Finish(graph, Logits);
        return graph;
    }

    private string Write(LayerDescription layer, string[] inputs)
    {
        NodeList.LayerNodes nodes = _nodes.Of(layer);
        return layer.Operation switch
        {
            LayerOperation.Convolution or LayerOperation.Depthwise => Convolution(nodes, layer, inputs[0]),
            LayerOperation.GlobalAveragePool => nodes.Add("GlobalAveragePool", inputs),
            LayerOperation.Sigmoid => nodes.Add("Sigmoid", inputs),
            LayerOperation.Scale => nodes.Add("Mul", inputs),
            LayerOperation.Add => nodes.Add("Add", inputs),
            LayerOperation.Linear => Linear(nodes, layer, inputs[0]),
            _ => throw new ArgumentException($"Layer '{layer.Name}' of {_network.Name} computes {layer.Operation}, which has no nodes."),
        };
    }

    private string Convolution(NodeList.LayerNodes nodes, LayerDescription layer, string input)
    {
        ConvolutionWeights weights = _network.Weights[layer.Weights];
        LayerTensorNames names = _tensors.Add(weights);
        ConvolutionWindow window = layer.Window
            ?? throw new ArgumentException($"Layer '{layer.Name}' of {_network.Name} is a convolution without a window.");
        string x = nodes.Add(
            "Conv",
            names.Bias is null ? [input, names.Weight] : [input, names.Weight, names.Bias],
            Attributes.Integers("dilations", 1, 1),
            Attributes.Integer("group", layer.Operation == LayerOperation.Depthwise ? layer.Channels : 1),
            Attributes.Integers("kernel_shape", window.Kernel, window.Kernel),
            Attributes.Integers("pads", window.PadTop, window.PadLeft, window.PadBottom, window.PadRight),
            Attributes.Integers("strides", window.Stride, window.Stride));
        if (names.BatchNorm is not null)
        {
            // ONNX's momentum is the weight of the old value.
            x = nodes.Add(
                "BatchNormalization",
                [x, .. names.BatchNormParts],
                Attributes.Float("epsilon", weights.Epsilon),
                Attributes.Float("momentum", 1 - _network.Momentum));
        }
        return Activation(nodes, layer.Activation, x);
    }

    private string Activation(NodeList.LayerNodes nodes, ActivationFunction activation, string x) => activation switch
    {
        ActivationFunction.None => x,
        ActivationFunction.Silu => nodes.Add("Mul", [x, nodes.Add("Sigmoid", [x])]),
        ActivationFunction.Relu6 => nodes.Add("Clip", [x, _nodes.Constant("relu6.min", 0), _nodes.Constant("relu6.max", 6)]),
        ActivationFunction.Relu => nodes.Add("Relu", [x]),
        ActivationFunction.HardSwish => nodes.Add("HardSwish", [x]),
        _ => throw new ArgumentException($"{_network.Name} has activation {activation}, which has no nodes."),
    };

    /// <summary>The classifier, the only linear layer.</summary>
    private string Linear(NodeList.LayerNodes nodes, LayerDescription layer, string input)
    {
        ConvolutionWeights weights = _network.Weights[layer.Weights] with { Outputs = _classes };
        LayerTensorNames names = _tensors.Add(weights);
        string flat = nodes.AddVector("Flatten", weights.Inputs, [input], Attributes.Integer("axis", 1));
        return nodes.AddVector(
            "Gemm",
            weights.Outputs,
            names.Bias is null ? [flat, names.Weight] : [flat, names.Weight, names.Bias],
            Attributes.Integer("transB", 1));
    }
}
