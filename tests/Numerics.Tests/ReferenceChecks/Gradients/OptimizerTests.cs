using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Optimizers;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks.Gradients;

/// <summary>Three steps of every optimizer against PyTorch's and timm's.</summary>
public class OptimizerTests
{
    public static TheoryData<string> Cases => OperationCase.Named("sgd", "sgd_nesterov", "rmsprop", "rmsprop_tf", "adamw");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Three_steps_are_the_librarys(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor parameter = given["parameter"], gradients = given["gradients"];
        Optimizer optimizer = OptimizerOf(name.Replace("optimizer_", ""), given.Attributes);
        int length = parameter.Data.Length;
        for (int step = 0; step < 3; step++)
        {
            optimizer.Update("parameter", parameter.Data, gradients.Data.AsSpan(step * length, length).ToArray());
            parameter.ShouldRoundTo(given[$"after_{step + 1}"]);
        }
    }

    [Fact]
    public void Decay_touches_only_what_decays()
    {
        var optimizer = new Sgd { LearningRate = 0.5, WeightDecay = 0.25, Decays = name => name == "weight" };
        double[] weight = [8], bias = [8];
        optimizer.Update("weight", weight, [2]);
        optimizer.Update("bias", bias, [2]);
        weight.ShouldBe([6]);
        bias.ShouldBe([7]);
    }

    [Fact]
    public void Average_starts_at_the_initial_values()
    {
        var average = new ExponentialAverage(new Dictionary<string, Tensor> { ["w"] = new([1], [4]) }, decay: 0.75);
        average.Add(new Dictionary<string, Tensor> { ["w"] = new([1], [8]) });
        average.Add(new Dictionary<string, Tensor> { ["w"] = new([1], [1]) });
        average.Values["w"].Data.ShouldBe([4]);
    }

    /// <summary>The optimizer of a reference's name, with the settings it lists.</summary>
    internal static Optimizer OptimizerOf(string name, JsonElement settings)
    {
        double Of(string key) => settings.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : 0;
        if (name.StartsWith("sgd", StringComparison.Ordinal))
        {
            bool nesterov = settings.TryGetProperty("nesterov", out JsonElement flag) && flag.GetBoolean();
            return new Sgd { LearningRate = Of("lr"), Momentum = Of("momentum"), WeightDecay = Of("weight_decay"), Nesterov = nesterov };
        }

        if (name.StartsWith("rmsprop", StringComparison.Ordinal))
        {
            return new RmsProp(tensorFlow: name == "rmsprop_tf")
            {
                LearningRate = Of("lr"), Alpha = Of("alpha"), Epsilon = Of("eps"), Momentum = Of("momentum"), WeightDecay = Of("weight_decay"),
            };
        }

        name.ShouldStartWith("adamw");
        JsonElement betas = settings.GetProperty("betas");
        return new AdamW
        {
            LearningRate = Of("lr"), Beta1 = betas[0].GetDouble(), Beta2 = betas[1].GetDouble(), Epsilon = Of("eps"), WeightDecay = Of("weight_decay"),
        };
    }
}
