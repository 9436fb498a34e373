using EfficientNet.Onnx.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Onnx.Tests.Results;

/// <summary>ONNX Runtime on the exported model, and the compiled network on the same weights and images.</summary>
public class LogitsTests(ITestOutputHelper output)
{
    private const double Most = 1e-4;

    private static readonly int[] Batches = [1, 3];

    [OnnxRuntimeTheory]
    [InlineData("EfficientNetB0", "Kept")]
    [InlineData("EfficientNetB0", "Folded")]
    [InlineData("EfficientNetLite0", "Kept")]
    [InlineData("EfficientNetLite0", "Folded")]
    [InlineData("Odd", "Kept")]
    [InlineData("Odd", "Folded")]
    [InlineData("Plain", "Kept")]
    [InlineData("Fused", "Kept")]
    [InlineData("Fused", "Folded")]
    public async Task By_the_rules_weights_logits_are_ours(string network, string form)
    {
        using var folder = new TemporaryFolder();
        TestNetwork test = TestNetwork.Named(network);
        await Compare(folder, test, test.WriteReferenceWeights(folder), form);
    }

    [OnnxRuntimeTheory]
    [InlineData("Kept")]
    [InlineData("Folded")]
    public async Task By_trained_weights_logits_are_ours(string form)
    {
        using var folder = new TemporaryFolder();
        await Compare(folder, TestNetwork.Named("EfficientNetLite0"), SharedFolder.File("weights", "tf_efficientnet_lite0.safetensors"), form);
    }

    private async Task Compare(TemporaryFolder folder, TestNetwork test, string weights, string form)
    {
        NetworkDescription description = test.Description;
        string model = folder["model.onnx"];
        using (WeightFile file = WeightFile.Open(weights))
            OnnxExporter.Export(description, file, model, new OnnxExportOptions { BatchNorm = Enum.Parse<BatchNormForm>(form) });

        float[] images = WeightRule.Values("input", [Batches.Max(), 3, description.Resolution, description.Resolution]);
        float[] ours = Ours(test, weights, images);
        float[][] theirs = await OnnxRuntime.Logits(folder, model, images, description.Classes, Batches);
        double worst = theirs.Max(logits => LargestDistance.Between(logits, ours[..logits.Length]));
        output.WriteLine($"{description.Name} {form}: largest difference {worst:g3}, logits up to {ours.Max(Math.Abs):g3}");
        ours.Max().ShouldBeGreaterThan(ours.Min() + 0.1f, "logits tell classes apart");
        worst.ShouldBeWithin(Most);
    }

    private static float[] Ours(TestNetwork test, string weights, float[] images)
    {
        using CompiledNetwork network = test.Load(weights, new NetworkOptions());
        using Session session = network.CreateSession(threads: 1, maximumBatch: Batches.Max());
        var logits = new float[Batches.Max() * test.Description.Classes];
        session.Forward(images, logits);
        return logits;
    }
}
