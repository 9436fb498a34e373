using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EfficientNet.Runtime;
using Google.Protobuf;
using Onnx;

namespace EfficientNet.Onnx.Weights;

/// <summary>The weights as a model's tensors: named and shaped first, read one by one when they are written.</summary>
/// <param name="reader">The weight file.</param>
/// <param name="form">What becomes of BatchNorm.</param>
internal sealed class WeightTensors(WeightReader reader, BatchNormForm form)
{
    private readonly List<ConvolutionWeights> _layers = [];

    /// <summary>Adds a layer's tensors, behind those of the layers before.</summary>
    /// <returns>What the model calls them.</returns>
    public LayerTensorNames Add(ConvolutionWeights layer)
    {
        _layers.Add(layer);
        return NamesOf(layer);
    }

    /// <summary>Every tensor without its values, in the order in which <see cref="Read"/> gives them.</summary>
    public IEnumerable<TensorProto> Declare() => _layers.SelectMany(Declare);

    /// <summary>Every tensor with its values.</summary>
    /// <exception cref="WeightFileException">A tensor cannot be read, or a value is not finite.</exception>
    public IEnumerable<TensorProto> Read() => _layers.SelectMany(layer => Folds(layer) ? ReadFolded(layer) : ReadKept(layer));

    private bool Folds(ConvolutionWeights layer) => form == BatchNormForm.Folded && layer.BatchNorm is not null;

    private LayerTensorNames NamesOf(ConvolutionWeights layer)
    {
        string name = reader.NameOf(layer.Names);
        return new LayerTensorNames(
            $"{name}.weight",
            layer.HasBias || Folds(layer) ? $"{name}.bias" : null,
            layer.BatchNorm is null || Folds(layer) ? null : reader.NameOf(layer.BatchNorm));
    }

    private IEnumerable<TensorProto> Declare(ConvolutionWeights layer)
    {
        LayerTensorNames names = NamesOf(layer);
        yield return layer.Kernel == 0
            ? Declare(names.Weight, layer.Outputs, layer.Inputs)
            : Declare(names.Weight, layer.Outputs, layer.Inputs, layer.Kernel, layer.Kernel);
        foreach (string vector in names.Vectors)
            yield return Declare(vector, layer.Outputs);
    }

    private IEnumerable<TensorProto> ReadKept(ConvolutionWeights layer)
    {
        foreach (TensorProto tensor in Declare(layer))
        {
            tensor.RawData = Bytes(reader.Read(tensor.Name));
            yield return tensor;
        }
    }

    private IEnumerable<TensorProto> ReadFolded(ConvolutionWeights layer)
    {
        TensorProto[] tensors = Declare(layer).ToArray();
        var weights = new float[layer.Outputs * layer.Inputs * layer.Taps];
        var bias = new float[layer.Outputs];
        reader.ReadFolded(layer, weights, bias);
        tensors[0].RawData = Bytes(weights);
        tensors[1].RawData = Bytes(bias);
        return tensors;
    }

    private static TensorProto Declare(string name, params long[] shape) =>
        new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { shape } };

    /// <summary>The values as a model stores them: little-endian on every machine.</summary>
    private static ByteString Bytes(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian) return ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        var swapped = new uint[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, uint>(values), swapped);
        return ByteString.CopyFrom(MemoryMarshal.AsBytes<uint>(swapped));
    }
}
