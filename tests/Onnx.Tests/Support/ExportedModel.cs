using System.Collections.Concurrent;
using EfficientNet.Runtime;
using Google.Protobuf;
using Onnx;

namespace EfficientNet.Onnx.Tests.Support;

/// <summary>A network exported with the rule's weights, read back by protobuf.</summary>
internal sealed class ExportedModel
{
    private static readonly ConcurrentDictionary<(string, BatchNormForm), Lazy<ExportedModel>> Exported = new();

    private ExportedModel(NetworkDescription network, byte[] bytes)
    {
        Network = network;
        Bytes = bytes;
        Model = ModelProto.Parser.ParseFrom(bytes);
    }

    public NetworkDescription Network { get; }

    public byte[] Bytes { get; }

    public ModelProto Model { get; }

    public GraphProto Graph => Model.Graph;

    /// <summary>A network that is exported once for all tests.</summary>
    public static ExportedModel Shared(string network, string form) =>
        Exported.GetOrAdd((network, Enum.Parse<BatchNormForm>(form)), key => new(() => Of(key.Item1, key.Item2))).Value;

    /// <summary>Exports a network.</summary>
    public static ExportedModel Of(string network, BatchNormForm form)
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named(network);
        using WeightFile weights = WeightFile.Open(test.WriteRuleWeights(folder));
        return Of(test.Description, weights, new OnnxExportOptions { BatchNorm = form });
    }

    /// <summary>Exports a network with weights and options of one's own.</summary>
    public static ExportedModel Of(NetworkDescription network, WeightFile weights, OnnxExportOptions? options)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(network, weights, stream, options);
        return new ExportedModel(network, stream.ToArray());
    }

    /// <summary>How many nodes there are of an operator.</summary>
    public int Count(string operation) => Graph.Node.Count(node => node.OpType == operation);

    /// <summary>A node's list of integers.</summary>
    public static long[] Integers(NodeProto node, string attribute) => node.Attribute.Single(a => a.Name == attribute).Ints.ToArray();

    /// <summary>A tensor's values.</summary>
    public float[] Values(string tensor)
    {
        ByteString bytes = Graph.Initializer.Single(t => t.Name == tensor).RawData;
        var values = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes.ToByteArray(), 0, values, 0, bytes.Length);
        return values;
    }
}
