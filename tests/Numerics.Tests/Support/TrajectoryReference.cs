using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>What a reference says of one tensor after several steps, from its run in double.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Mean">Of its values.</param>
/// <param name="Deviation">The population standard deviation.</param>
/// <param name="L2">Its norm.</param>
/// <param name="First">The first four values.</param>
/// <param name="SingleError">The largest distance of PyTorch's float32 run.</param>
internal sealed record StateSummary(int[] Shape, double Mean, double Deviation, double L2, double[] First, double SingleError)
{
    public static StateSummary Read(JsonElement element) => new(
        element.GetProperty("shape").Integers(),
        element.GetProperty("mean").GetDouble(),
        element.GetProperty("std").GetDouble(),
        element.GetProperty("l2").GetDouble(),
        element.GetProperty("first").Doubles(),
        element.GetProperty("float32_max_abs").GetDouble());
}

/// <summary>Several training steps: mode <c>steps</c> of the references.</summary>
/// <param name="optimizer">As in the file's name: <c>sgd</c>, <c>rmsprop_tf</c>, …</param>
internal sealed class TrajectoryReference(string optimizer) : TrainingReference("training/b0." + optimizer)
{
    public int Steps => Root.GetProperty("steps").GetInt32();

    public JsonElement Settings => Root.GetProperty("settings");

    /// <summary>Before every update, in double.</summary>
    public double[] Losses => Root.GetProperty("loss_float64").Doubles();

    /// <summary>Of all parameters together, before weight decay, in double.</summary>
    public double[] GradientNorms => Root.GetProperty("gradient_norm_float64").Doubles();

    /// <summary>Inference on the first batch with the last state, in double.</summary>
    public double[] EvalLogits => Root.GetProperty("eval_logits_float64").Rows();

    /// <summary>Weight of the old average, where the file has one.</summary>
    public double? AverageDecay => Root.GetProperty("ema_decay") is { ValueKind: JsonValueKind.Number } decay ? decay.GetDouble() : null;

    public IReadOnlyDictionary<string, StateSummary> State => Summaries("state");

    public IReadOnlyDictionary<string, StateSummary> Average => Summaries("average");

    /// <summary>The images of a step; batches take turns.</summary>
    public Tensor Input(int step) => Images($"input.{BatchOf(step)}");

    public SoftmaxLoss Loss(int step) =>
        new(Root.GetProperty("targets")[BatchOf(step)].Integers(), Root.GetProperty("label_smoothing").GetDouble());

    private int BatchOf(int step) => step % Root.GetProperty("batches").GetInt32();

    private Dictionary<string, StateSummary> Summaries(string key) =>
        Root.GetProperty(key).EnumerateObject().ToDictionary(entry => entry.Name, entry => StateSummary.Read(entry.Value));
}
