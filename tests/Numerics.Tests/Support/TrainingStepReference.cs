using System.Text.Json;
using EfficientNet.Compiler.Graph;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>One training step without optimizer: modes <c>train</c> and <c>masks</c> of the references.</summary>
internal sealed class TrainingStepReference(string name) : TrainingReference(name)
{
    public Tensor Input => Images("input");

    public SoftmaxLoss Loss => new(Root.GetProperty("targets").Integers());

    /// <summary>Whether everything here comes from a run in double; else all of it is float32.</summary>
    public bool Exact => Best("loss").Exact;

    public double LossValue => Best("loss").Value.GetDouble();

    public double[] Logits => Best("logits").Value.Rows();

    public Summary InputGradient => Root.GetProperty("input_gradient").Summary();

    public IReadOnlyList<(string Name, Summary Summary)> Gradients => Root.GetProperty("gradients").Summaries();

    public IReadOnlyList<(string Name, Summary Summary)> Statistics => Root.GetProperty("updated_statistics").Summaries();

    /// <summary>The gradients that are zero in exact arithmetic; the older files do not say.</summary>
    public string[]? ZeroGradients => Root.TryGetProperty("zero_gradients", out JsonElement names) ? names.Strings() : null;

    /// <summary>The masks as factors.</summary>
    public TrainingMode Mode => Root.TryGetProperty("masks", out JsonElement masks)
        ? new TrainingMode { Factors = Factors(masks) }
        : TrainingMode.Plain;

    private Dictionary<string, Tensor> Factors(JsonElement masks)
    {
        var factors = new Dictionary<string, Tensor>();
        foreach (JsonProperty block in masks.GetProperty("stochastic_depth").EnumerateObject())
        {
            string operation = block.Name["features.".Length..] + " stochastic depth";
            double keep = block.Value.GetProperty("keep").GetDouble();
            Graph.Ops.OfType<StochasticDepthOp>().Single(op => op.Name == operation).Rate.ShouldBe(1 - keep, 1e-12);
            factors.Add(operation, new Tensor([Batch], [.. block.Value.GetProperty("mask").Integers().Select(bit => bit / keep)]));
        }

        JsonElement dropout = masks.GetProperty("dropout");
        double kept = dropout.GetProperty("keep").GetDouble();
        double[] values = [.. string.Concat(dropout.GetProperty("mask").Strings()).Select(bit => (bit - '0') / kept)];
        factors.Add("dropout", new Tensor([Batch, values.Length / Batch], values));
        return factors;
    }
}
