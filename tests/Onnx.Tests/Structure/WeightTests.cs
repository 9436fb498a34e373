using EfficientNet.Onnx.Tests.Support;
using EfficientNet.Runtime;
using Onnx;

namespace EfficientNet.Onnx.Tests.Structure;

/// <summary>The tensors of a model against those of the weight file.</summary>
public class WeightTests
{
    [Theory]
    [InlineData("EfficientNetB0")]
    [InlineData("Odd")]
    [InlineData("Plain")]
    public void Kept_every_tensor_of_the_file_is_in_the_model_bit_for_bit(string network)
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named(network);
        using WeightFile file = WeightFile.Open(test.WriteRuleWeights(folder));
        ExportedModel model = ExportedModel.Of(test.Description, file, null);
        model.Graph.Initializer.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)
            .ShouldBe(file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (TensorEntry tensor in file.Tensors)
        {
            model.Graph.Initializer.Single(t => t.Name == tensor.Name).Dims.ShouldBe(tensor.Shape);
            model.Values(tensor.Name).AsSpan().SequenceEqual(file.ReadFloats(tensor.Name)).ShouldBeTrue(tensor.Name);
        }
        model.Graph.Initializer.Where(tensor => !tensor.Name.Contains("running_", StringComparison.Ordinal))
            .Sum(tensor => tensor.Dims.Aggregate(1L, (product, side) => product * side)).ShouldBe(test.Description.Parameters);
    }

    [Theory]
    [InlineData("EfficientNetLite0", BatchNormForm.Kept)]
    [InlineData("Odd", BatchNormForm.Folded)]
    public void A_classifier_that_was_trained_for_fewer_classes_has_their_rows_and_no_others(string network, BatchNormForm form)
    {
        const int classes = 3;
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named(network);
        string classifier = test.Description.Weights[^1].Names.TorchVision;
        using WeightFile whole = WeightFile.Open(test.WriteRuleWeights(folder));
        SafetensorsWriter.Write(folder["few.safetensors"], whole.Tensors.Select(tensor =>
        {
            float[] values = whole.ReadFloats(tensor.Name);
            return !tensor.Name.StartsWith(classifier + ".", StringComparison.Ordinal) ? new SafetensorsTensor(tensor.Name, tensor.Shape, values)
                : new SafetensorsTensor(tensor.Name, [classes, .. tensor.Shape.Skip(1)], values[..(values.Length / (int)tensor.Shape[0] * classes)]);
        }), new Dictionary<string, string> { ["efficientnet.labels"] = """["a", "b", "c"]""" });
        using WeightFile file = WeightFile.Open(folder["few.safetensors"]);
        ExportedModel model = ExportedModel.Of(test.Description, file, new OnnxExportOptions { BatchNorm = form });
        model.Graph.Output.Single().Type.TensorType.Shape.Dim[1].DimValue.ShouldBe(classes);
        foreach (string tensor in new[] { $"{classifier}.weight", $"{classifier}.bias" })
        {
            model.Graph.Initializer.Single(one => one.Name == tensor).Dims[0].ShouldBe(classes);
            model.Values(tensor).ShouldBe(file.ReadFloats(tensor));
        }
    }

    /// <summary>The formula of BatchNorm, written down once more: gamma (w·x + b - mean) / √(variance + epsilon) + beta.</summary>
    [Theory]
    [InlineData("EfficientNetLite0")]
    [InlineData("Odd")]
    public void Folded_a_convolution_has_its_BatchNorm_inside(string network)
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named(network);
        using WeightFile file = WeightFile.Open(test.WriteRuleWeights(folder));
        ExportedModel model = ExportedModel.Of(test.Description, file, new OnnxExportOptions { BatchNorm = BatchNormForm.Folded });
        model.Graph.Initializer.ShouldNotContain(tensor => tensor.Name.Contains("running_"));
        int folded = 0;
        foreach (ConvolutionWeights layer in test.Description.Weights.Where(layer => layer.BatchNorm is not null))
        {
            string name = layer.Names.TorchVision, norm = layer.BatchNorm!.TorchVision;
            float[] own = file.ReadFloats($"{name}.weight"), weight = model.Values($"{name}.weight"), bias = model.Values($"{name}.bias");
            float[] gamma = file.ReadFloats($"{norm}.weight"), beta = file.ReadFloats($"{norm}.bias");
            float[] mean = file.ReadFloats($"{norm}.running_mean"), variance = file.ReadFloats($"{norm}.running_var");
            float[] ownBias = layer.HasBias ? file.ReadFloats($"{name}.bias") : new float[layer.Outputs];
            int reduction = own.Length / layer.Outputs;
            double worst = 0;
            for (int n = 0; n < layer.Outputs; n++)
            {
                double scale = gamma[n] / Math.Sqrt(variance[n] + layer.Epsilon);
                for (int i = n * reduction; i < (n + 1) * reduction; i++) worst = Math.Max(worst, Roundings(weight[i], own[i] * scale));
                worst = Math.Max(worst, Roundings(bias[n], beta[n] + ((double)ownBias[n] - mean[n]) * scale));
            }
            worst.ShouldBeWithin(1.001, $"{name}: computed in double precision, rounded once");
            folded++;
        }
        folded.ShouldBeGreaterThan(10);
    }

    /// <summary>How far a float is from a value, in halves of the float's last place; one rounding makes at most 1.</summary>
    private static double Roundings(float found, double exact) => Math.Abs(found - exact) / (0.5 * (MathF.BitIncrement(MathF.Abs(found)) - MathF.Abs(found)));

    [Fact]
    public void Names_are_those_of_the_file()
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named("Odd");
        using WeightFile torchvision = WeightFile.Open(test.WriteRuleWeights(folder));
        WeightConverter.Convert(test.Description, torchvision, new WeightConversion { Names = NamingScheme.Timm, DataType = "F16" }).Write(folder["timm.safetensors"]);
        using WeightFile timm = WeightFile.Open(folder["timm.safetensors"]);
        ExportedModel model = ExportedModel.Of(test.Description, timm, null);
        NodeProto stem = model.Graph.Node[0];
        stem.Input.ShouldBe(["input", "conv_stem.weight", "conv_stem.bias"]);
        model.Graph.Node[1].Input.ShouldBe(["stem/Conv", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"]);
        model.Values("conv_stem.weight").ShouldBe(timm.ReadFloats("conv_stem.weight"), "half precision becomes single, exactly");
    }
}
