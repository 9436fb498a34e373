using EfficientNet.Onnx.Tests.Support;
using EfficientNet.Runtime;
using Onnx;

namespace EfficientNet.Onnx.Tests.Structure;

/// <summary>What nodes a model has, how they hang together, and that shapes follow from them.</summary>
public class GraphTests
{
    public static TheoryData<string, string> Models
    {
        get
        {
            var models = new TheoryData<string, string>();
            foreach (string network in (string[])["EfficientNetB0", "EfficientNetLite0", "Odd", "Plain"])
            {
                models.Add(network, nameof(BatchNormForm.Kept));
                models.Add(network, nameof(BatchNormForm.Folded));
            }
            return models;
        }
    }

    /// <summary>Counted by hand: 16 blocks, 15 of them with an expansion, 9 with a residual; squeeze-excite in all of B0's.</summary>
    [Theory]
    [InlineData("EfficientNetB0", "Kept", 81, 49, 65, 65, 0, 9, 17)]
    [InlineData("EfficientNetB0", "Folded", 81, 0, 65, 65, 0, 9, 17)]
    [InlineData("EfficientNetLite0", "Kept", 49, 49, 0, 0, 33, 9, 1)]
    [InlineData("EfficientNetLite0", "Folded", 49, 0, 0, 0, 33, 9, 1)]
    public void The_published_networks_have_these_nodes(string network, string form, int conv, int norm, int sigmoid, int mul, int clip, int add, int pool)
    {
        ExportedModel model = ExportedModel.Shared(network, form);
        (model.Count("Conv"), model.Count("BatchNormalization"), model.Count("Sigmoid"), model.Count("Mul"), model.Count("Clip"), model.Count("Add"), model.Count("GlobalAveragePool"))
            .ShouldBe((conv, norm, sigmoid, mul, clip, add, pool));
        (model.Count("Flatten"), model.Count("Gemm")).ShouldBe((1, 1));
        model.Graph.Node.Count.ShouldBe(conv + norm + sigmoid + mul + clip + add + pool + 2);
    }

    [Theory]
    [InlineData("Odd", "Kept", "Conv BatchNormalization HardSwish")]
    [InlineData("Odd", "Folded", "Conv HardSwish")]
    [InlineData("Plain", "Kept", "Conv Relu")]
    [InlineData("EfficientNetB0", "Kept", "Conv BatchNormalization Sigmoid Mul")]
    [InlineData("EfficientNetLite0", "Folded", "Conv Clip")]
    public void A_layer_is_these_nodes_in_this_order(string network, string form, string operations)
    {
        IEnumerable<NodeProto> stem = ExportedModel.Shared(network, form).Graph.Node.Where(node => node.Name.StartsWith("stem/", StringComparison.Ordinal));
        string.Join(" ", stem.Select(node => node.OpType)).ShouldBe(operations);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_input_is_made_before_it_is_read_and_everything_is_read(string network, string form)
    {
        GraphProto graph = ExportedModel.Shared(network, form).Graph;
        HashSet<string> made = [.. graph.Initializer.Select(tensor => tensor.Name), graph.Input.ShouldHaveSingleItem().Name];
        made.Count.ShouldBe(graph.Initializer.Count + 1, "no name twice");
        HashSet<string> unread = [.. made];
        foreach (NodeProto node in graph.Node)
        {
            foreach (string input in node.Input)
            {
                made.ShouldContain(input, node.Name);
                unread.Remove(input);
            }
            made.Add(node.Output.ShouldHaveSingleItem()).ShouldBeTrue(node.Name);
            unread.Add(node.Output[0]);
        }
        unread.ShouldBe(["logits"]);
        graph.Node.Select(node => node.Name).Distinct().Count().ShouldBe(graph.Node.Count);
        graph.Node.ShouldAllBe(node => node.Domain == "");
    }

    /// <summary>Shapes that follow from the nodes, those in the file, and the description's say the same.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Every_shape_follows_from_its_node(string network, string form)
    {
        ExportedModel model = ExportedModel.Shared(network, form);
        NetworkDescription description = model.Network;
        Dictionary<string, long[]> inferred = ShapeInference.Infer(model.Graph);
        model.Graph.ValueInfo.Count.ShouldBe(model.Graph.Node.Count - 1, "all but the logits");
        foreach (ValueInfoProto value in model.Graph.ValueInfo) ShapeInference.Declared(value).ShouldBe(inferred[value.Name], value.Name);
        ShapeInference.Declared(model.Graph.Input[0]).ShouldBe([-1, 3, description.Resolution, description.Resolution]);
        ShapeInference.Declared(model.Graph.Output.ShouldHaveSingleItem()).ShouldBe([-1, description.Classes]);
        inferred["logits"].ShouldBe([-1, description.Classes]);
        foreach (LayerDescription layer in description.Layers.SkipLast(1))
        {
            NodeProto last = model.Graph.Node.Last(node => LayerOf(node) == layer.Name);
            inferred[last.Output[0]].ShouldBe([-1, layer.Channels, layer.Height, layer.Width], layer.Name);
        }
    }

    /// <summary>TensorFlow's SAME at stride 2 pads an even side at the bottom and right only; symmetric padding is the same everywhere.</summary>
    [Fact]
    public void Padding_is_the_conventions()
    {
        Pads("EfficientNetLite0", "stem").ShouldBe([0, 0, 1, 1]);
        Pads("EfficientNetLite0", "3.0/depthwise").ShouldBe([1, 1, 2, 2]);
        Pads("EfficientNetLite0", "3.1/depthwise").ShouldBe([2, 2, 2, 2]);
        Pads("EfficientNetB0", "stem").ShouldBe([1, 1, 1, 1]);
        Pads("EfficientNetB0", "3.0/depthwise").ShouldBe([2, 2, 2, 2]);
        Pads("Odd", "stem").ShouldBe([1, 1, 1, 1]);
        Pads("Odd", "3.0/depthwise").ShouldBe([2, 2, 3, 3]);

        static long[] Pads(string network, string layer) =>
            ExportedModel.Integers(ExportedModel.Shared(network, nameof(BatchNormForm.Folded)).Graph.Node.Single(node => node.Name == $"{layer}/Conv"), "pads");
    }

    [Fact]
    public void BatchNorm_has_the_networks_constants()
    {
        GraphProto graph = ExportedModel.Shared("EfficientNetLite0", nameof(BatchNormForm.Kept)).Graph;
        foreach (NodeProto norm in graph.Node.Where(node => node.OpType == "BatchNormalization"))
        {
            norm.Attribute.Single(attribute => attribute.Name == "epsilon").F.ShouldBe(1e-3f);
            norm.Attribute.Single(attribute => attribute.Name == "momentum").F.ShouldBe(0.99f);
        }
    }

    private static string LayerOf(NodeProto node) => node.Name[..node.Name.LastIndexOf('/')].Replace('/', ' ');
}
