using Onnx;

namespace EfficientNet.Onnx.Tests.Support;

/// <summary>The shape of every tensor of a graph as ONNX's operators define it, from inputs, weights and attributes alone. -1 is the batch.</summary>
internal static class ShapeInference
{
    public static Dictionary<string, long[]> Infer(GraphProto graph)
    {
        var shapes = graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.Dims.ToArray());
        foreach (ValueInfoProto input in graph.Input) shapes.Add(input.Name, Declared(input));
        foreach (NodeProto node in graph.Node)
            shapes.Add(node.Output.Single(), Of(node, node.Input.Select(name => shapes[name]).ToArray()));
        return shapes;
    }

    /// <summary>A shape as the graph states it.</summary>
    public static long[] Declared(ValueInfoProto value) => value.Type.TensorType.Shape.Dim
        .Select(dimension => dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam ? -1 : dimension.DimValue).ToArray();

    private static long[] Of(NodeProto node, long[][] inputs) => node.OpType switch
    {
        "Conv" => Convolution(node, inputs),
        "BatchNormalization" => Normalised(inputs),
        "Sigmoid" or "Relu" or "HardSwish" => inputs.ShouldHaveSingleItem(),
        "Clip" => Clipped(inputs),
        "Add" or "Mul" => Broadcast(inputs),
        "GlobalAveragePool" => [.. inputs.ShouldHaveSingleItem()[..2], 1, 1],
        "Flatten" => [inputs[0][0], inputs[0][1..].Aggregate((product, side) => product * side)],
        "Gemm" => Gemm(node, inputs),
        _ => throw new NotSupportedException(node.OpType),
    };

    private static long[] Convolution(NodeProto node, long[][] inputs)
    {
        long[] x = inputs[0], w = inputs[1];
        long group = node.Attribute.Single(attribute => attribute.Name == "group").I;
        long[] pads = ExportedModel.Integers(node, "pads"), strides = ExportedModel.Integers(node, "strides");
        ExportedModel.Integers(node, "kernel_shape").ShouldBe(w[2..]);
        ExportedModel.Integers(node, "dilations").ShouldBe([1, 1]);
        (w[1] * group).ShouldBe(x[1]);
        (w[0] % group).ShouldBe(0);
        if (inputs.Length > 2) inputs[2].ShouldBe([w[0]]);
        long Along(int axis) => (x[2 + axis] + pads[axis] + pads[axis + 2] - w[2 + axis]) / strides[axis] + 1;
        return [x[0], w[0], Along(0), Along(1)];
    }

    private static long[] Normalised(long[][] inputs)
    {
        inputs.Length.ShouldBe(5);
        inputs[1..].ShouldAllBe(vector => vector.SequenceEqual(new[] { inputs[0][1] }));
        return inputs[0];
    }

    private static long[] Clipped(long[][] inputs)
    {
        inputs.Length.ShouldBe(3);
        inputs[1..].ShouldAllBe(limit => limit.Length == 0);
        return inputs[0];
    }

    private static long[] Broadcast(long[][] inputs)
    {
        inputs.Length.ShouldBe(2);
        return inputs[0].Zip(inputs[1], (a, b) => a == b || b == 1 ? a : a == 1 ? b : throw new InvalidOperationException($"{a} and {b}")).ToArray();
    }

    private static long[] Gemm(NodeProto node, long[][] inputs)
    {
        AttributeProto transposed = node.Attribute.ShouldHaveSingleItem();
        (transposed.Name, transposed.I).ShouldBe(("transB", 1));
        inputs[1][1].ShouldBe(inputs[0][1]);
        inputs[2].ShouldBe([inputs[1][0]]);
        return [inputs[0][0], inputs[1][0]];
    }
}
