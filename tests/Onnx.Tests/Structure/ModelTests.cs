using System.Text;
using EfficientNet.Onnx.Tests.Support;
using EfficientNet.Onnx.Writing;
using EfficientNet.Runtime;
using Google.Protobuf;
using Onnx;

namespace EfficientNet.Onnx.Tests.Structure;

/// <summary>The file around the graph: versions, metadata, bytes; and what is refused.</summary>
public class ModelTests
{
    [Fact]
    public void It_says_what_it_is()
    {
        ExportedModel exported = ExportedModel.Shared("EfficientNetLite0", "Kept");
        ModelProto model = exported.Model;
        (model.IrVersion, model.ProducerName, model.ProducerVersion).ShouldBe((8, "EfficientNet.Compiler", exported.Network.CompilerVersion));
        OperatorSetIdProto opset = model.OpsetImport.ShouldHaveSingleItem();
        (opset.Domain, opset.Version).ShouldBe(("", 17));
        model.Graph.Name.ShouldBe("EfficientNetLite0");
        model.Graph.Input[0].Name.ShouldBe("input");
        model.Graph.Output[0].Name.ShouldBe("logits");
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam.ShouldBe("batch");
    }

    [Fact]
    public void Its_metadata_are_those_of_a_converted_weight_file()
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named("Plain");
        using WeightFile file = WeightFile.Open(test.WriteRuleWeights(folder));
        string[] labels = Enumerable.Range(0, 7).Select(index => $"class {index}").ToArray();
        ConvertedWeights converted = WeightConverter.Convert(test.Description, file, new WeightConversion { Labels = labels });
        ExportedModel model = ExportedModel.Of(test.Description, file, new OnnxExportOptions { Labels = labels });
        Dictionary<string, string> metadata = model.Model.MetadataProps.ToDictionary(pair => pair.Key, pair => pair.Value);
        metadata.ShouldBe(converted.Metadata.ToDictionary(), ignoreOrder: true);
        metadata["efficientnet.labels"].ShouldContain("\"class 6\"");
        metadata["efficientnet.preprocessing"].ShouldContain("\"crop\"");
    }

    [Fact]
    public void Weights_of_another_convention_are_warned_of_and_keep_their_word()
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named("Odd");
        using WeightFile file = WeightFile.Open(test.WriteRuleWeights(folder));
        List<string> warnings = [];
        ExportedModel model = ExportedModel.Of(test.Description, file, new OnnxExportOptions { Warning = warnings.Add });
        warnings.ShouldHaveSingleItem().ShouldContain("symmetric padding (torchvision names)");
        model.Model.MetadataProps.Single(pair => pair.Key == "efficientnet.padding").Value.ShouldBe("symmetric");
    }

    /// <summary>The weights are written behind a length that was counted beforehand: the whole must be what protobuf itself writes.</summary>
    [Theory]
    [InlineData("Odd", "Kept")]
    [InlineData("EfficientNetLite0", "Folded")]
    public void The_streamed_file_is_one_message(string network, string form)
    {
        ExportedModel exported = ExportedModel.Shared(network, form);
        exported.Model.CalculateSize().ShouldBe(exported.Bytes.Length);
        ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(exported.Bytes).ShouldBe(exported.Model, "no unknown fields");
        ExportedModel.Of(network, Enum.Parse<BatchNormForm>(form)).Bytes.AsSpan().SequenceEqual(exported.Bytes).ShouldBeTrue("the same bytes each time");
    }

    [Fact]
    public void A_model_of_two_gibibytes_is_refused()
    {
        StreamedModel.EnsureFits("Huge", int.MaxValue);
        Should.Throw<NotSupportedException>(() => StreamedModel.EnsureFits("Huge", 1L << 31)).Message
            .ShouldBe("Huge takes 2147483648 bytes as ONNX, and one protobuf holds less than 2147483648");
    }

    [Fact]
    public void What_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named("Plain");
        string output = folder.Write("model.onnx", Encoding.ASCII.GetBytes("old"));
        string weights = test.WriteRuleWeights(folder);
        byte[] bytes = File.ReadAllBytes(weights);
        bytes.AsSpan(^4..).Fill(0xFF);
        string broken = folder.Write("broken.safetensors", bytes);
        using (WeightFile file = WeightFile.Open(broken))
            Should.Throw<WeightFileException>(() => OnnxExporter.Export(test.Description, file, output, null)).Message.ShouldContain("'classifier.1.bias' holds NaN");
        using (WeightFile file = WeightFile.Open(weights))
        {
            Should.Throw<WeightFileException>(() => OnnxExporter.Export(EfficientNetB0.Description, file, output, null)).Message.ShouldContain("does not fit EfficientNetB0");
            Should.Throw<ArgumentException>(() => OnnxExporter.Export(test.Description, file, output, new OnnxExportOptions { Labels = ["one"] }));
            File.ReadAllText(output).ShouldBe("old");
            OnnxExporter.Export(test.Description, file, output, null);
        }
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(output)).Graph.Name.ShouldBe("Plain");
        Directory.GetFiles(folder.Root).Length.ShouldBe(3, "nothing temporary is left");
    }
}
