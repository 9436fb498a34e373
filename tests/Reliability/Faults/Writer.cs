using EfficientNet.Onnx;
using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>One kind of file that the product replaces whole, in two versions.</summary>
/// <param name="Kind">What is written.</param>
/// <param name="Write">Writes a model's file to a path.</param>
internal sealed record Writer(string Kind, Action<TinyModel, string> Write)
{
    public static IReadOnlyList<Writer> All { get; } =
    [
        new("weights", (model, path) => model.Trainer.WriteWeights(path, null)),
        new("packed weights", (model, path) =>
        {
            using PackedWeights packed = WeightLoader.Load(Tiny.Description, new MemoryStream(model.Weights), "tiny", null);
            PackedWeightsFile.Write(path, Tiny.Description, packed);
        }),
        new("ONNX", (model, path) =>
        {
            using WeightFile weights = WeightFile.Open(new MemoryStream(model.Weights), "tiny");
            OnnxExporter.Export(Tiny.Description, weights, path, null);
        }),
        new("checkpoint", (model, path) => Checkpoint.Save(path, model.Trainer, null, new RunState { Step = 1 })),
        new("report", (model, path) => WholeFile.Write(path, file => HtmlReport.Write(file, new ReportContents
        {
            Title = "tiny", Charts = [new Chart("logits", [("", model.Images.Select((value, i) => ((long)i, (double)value)).ToArray())])],
        }))),
    ];

    /// <summary>The seeds of the two versions.</summary>
    public static ulong[] Versions { get; } = [1, 2];
}
