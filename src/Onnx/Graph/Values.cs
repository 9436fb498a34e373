using Onnx;

namespace EfficientNet.Onnx.Graph;

/// <summary>Tensors between nodes: float32, their first dimension the batch, which is free.</summary>
internal static class Values
{
    private const string Batch = "batch";

    /// <summary>A tensor's name and shape.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The dimensions behind the batch.</param>
    public static ValueInfoProto Named(string name, params int[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = Batch } } };
        foreach (int side in shape) dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = side });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dimensions } },
        };
    }
}
