using EfficientNet.Onnx.Graph;
using EfficientNet.Onnx.Weights;
using EfficientNet.Onnx.Writing;
using EfficientNet.Runtime;
using Onnx;

namespace EfficientNet.Onnx;

/// <summary>
/// Writes a network and its weights as a standard ONNX model: opset 17, input <c>input</c> [batch, 3, R, R], output
/// <c>logits</c> [batch, classes], any batch size; the classes are those that the weights know. Nodes are named after the network's layers, weights as in the weight file.
/// </summary>
/// <remarks>Weights are read, checked and written one by one: only the largest tensor is ever in memory.</remarks>
public static class OnnxExporter
{
    /// <summary>The version of ONNX's operators that models are written in.</summary>
    public const int Opset = 17;

    // The version of the file format that came with opset 17.
    private const long FormatVersion = (long)global::Onnx.Version.IrVersion2021730;

    /// <summary>Writes a model to a file, as <see cref="WholeFile"/> does: the old file or the whole new one is there, never
    /// a part.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, of either format.</param>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="options">How to write it; null for the defaults.</param>
    /// <exception cref="ArgumentException">The description has no layers, or there is another number of labels than of
    /// classes.</exception>
    /// <exception cref="WeightFileException">The weights do not fit the network, cannot be read, or hold values that are
    /// not finite, or are not when BatchNorm is folded.</exception>
    /// <exception cref="NotSupportedException">The model would take 2 GiB or more, which one protobuf cannot.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Export(NetworkDescription network, WeightFile weights, string path, OnnxExportOptions? options)
    {
        WholeFile.Write(path, stream => Export(network, weights, stream, options));
    }

    /// <summary>Writes a model to a stream, from its position on.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, of either format.</param>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="options">How to write it; null for the defaults.</param>
    /// <inheritdoc cref="Export(NetworkDescription, WeightFile, string, OnnxExportOptions?)"/>
    public static void Export(NetworkDescription network, WeightFile weights, Stream stream, OnnxExportOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new OnnxExportOptions();
        if (network.Layers.Count == 0)
            throw new ArgumentException($"The description of {network.Name} has no layers.", nameof(network));
        if (!Enum.IsDefined(options.BatchNorm))
            throw new ArgumentException($"BatchNorm can be kept or folded, not {(int)options.BatchNorm}.", nameof(options));

        using var reader = new WeightReader(network, weights, options.Warning);
        ModelProto model = Describe(network, reader.Describe(options.Labels));
        var tensors = new WeightTensors(reader, options.BatchNorm);
        GraphProto graph = GraphBuilder.Build(network, tensors, reader.KnownClasses);
        StreamedModel.Write(stream, model, graph, tensors);
    }

    private static ModelProto Describe(NetworkDescription network, WeightMetadata metadata)
    {
        var model = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = "EfficientNet.Compiler",
            ProducerVersion = network.CompilerVersion,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
        };
        model.MetadataProps.Add(metadata.ToDictionary()
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model;
    }
}
