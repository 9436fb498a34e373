using EfficientNet.Onnx.Weights;
using Google.Protobuf;
using Onnx;

namespace EfficientNet.Onnx.Writing;

/// <summary>
/// Writes a model without holding its weights: their sizes are known beforehand, so the length of the graph that they
/// belong to can be written before them. What comes out is an ordinary protobuf message.
/// </summary>
internal static class StreamedModel
{
    /// <summary>Writes a model.</summary>
    /// <param name="stream">Receives it; stays open.</param>
    /// <param name="model">The model without its graph.</param>
    /// <param name="graph">The graph without its weights.</param>
    /// <param name="weights">The weights.</param>
    /// <exception cref="NotSupportedException">It would take 2 GiB or more; nothing has been read or written.</exception>
    public static void Write(Stream stream, ModelProto model, GraphProto graph, WeightTensors weights)
    {
        long length = graph.CalculateSize() + weights.Declare().Sum(tensor => FieldBytes(BytesOf(tensor)));
        EnsureFits(graph.Name, model.CalculateSize() + FieldBytes(length));

        using var output = new CodedOutputStream(stream, leaveOpen: true);
        model.WriteTo(output);
        output.WriteTag(ModelProto.GraphFieldNumber, WireFormat.WireType.LengthDelimited);
        output.WriteLength((int)length);
        graph.WriteTo(output);
        foreach (TensorProto tensor in weights.Read())
        {
            output.WriteTag(GraphProto.InitializerFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(tensor);
        }
    }

    /// <summary>Refuses what readers of protobuf do not read.</summary>
    /// <exception cref="NotSupportedException">It is too long.</exception>
    internal static void EnsureFits(string name, long bytes)
    {
        if (bytes > int.MaxValue)
            throw new NotSupportedException(FormattableString.Invariant($"{name} takes {bytes} bytes as ONNX, and one protobuf holds less than {1L << 31}"));
    }

    /// <summary>Bytes of a tensor once it has its values.</summary>
    private static long BytesOf(TensorProto declared) =>
        declared.CalculateSize() + FieldBytes(declared.Dims.Aggregate((long)sizeof(float), (product, side) => checked(product * side)));

    /// <summary>Bytes of a field of that many: its tag, which is one byte for all fields in here, its length, itself.</summary>
    private static long FieldBytes(long bytes) => 1 + CodedOutputStream.ComputeUInt64Size((ulong)bytes) + bytes;
}
