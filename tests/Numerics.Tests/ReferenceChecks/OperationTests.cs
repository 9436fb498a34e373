using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks;

/// <summary>The naive operations against PyTorch's float64 results, which are stored rounded to float32.</summary>
public class OperationTests
{
    public static TheoryData<string> Convolutions => OperationCase.Named("convolution");

    public static TheoryData<string> Elementwise => OperationCase.Named("silu", "sigmoid", "relu6");

    public static TheoryData<string> BatchNorms => OperationCase.Named("batch_norm");

    public static TheoryData<string> Linears => OperationCase.Named("linear");

    public static TheoryData<string> Pools => OperationCase.Named("global_average_pool");

    public static TheoryData<string> SqueezeExcites => OperationCase.Named("squeeze_excite");

    public static TheoryData<string> Losses => OperationCase.Named("softmax_cross_entropy");

    [SharedTheory]
    [MemberData(nameof(Convolutions))]
    public void Convolution_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Convolve(given["x"], given["weight"], null, given.Attributes.GetProperty("stride").GetInt32(), PaddingOf(given),
            given.Attributes.GetProperty("groups").GetInt32() > 1).ShouldRoundTo(given["y"]);
    }

    [SharedTheory]
    [MemberData(nameof(Elementwise))]
    public void Elementwise_function_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor y = name.Split('_')[0] switch
        {
            "silu" => Activation.Forward(given["x"], ActivationKind.Silu),
            "relu6" => Activation.Forward(given["x"], ActivationKind.Relu6),
            _ => Sigmoid.Forward(given["x"]),
        };
        // Elementwise: each value on its own, not relative to the largest.
        y.ShouldRoundTo(given["y"], relative: 0);
    }

    [SharedTheory]
    [MemberData(nameof(BatchNorms))]
    public void Batch_norm_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor x = given["x"];
        double epsilon = given.Attributes.GetProperty("eps").GetDouble();
        if (!given.Attributes.GetProperty("training").GetBoolean())
        {
            BatchNorm.Forward(x, given["weight"], given["bias"], given["running_mean"], given["running_var"], epsilon).ShouldRoundTo(given["y"]);
            return;
        }

        double momentum = given.Attributes.GetProperty("momentum").GetDouble();
        double count = (double)x.Images * x.Positions;
        (Tensor y, Tensor mean, Tensor variance) = BatchNorm.ForwardTraining(x, given["weight"], given["bias"], epsilon);
        // The spread is 1/1000 of the values in bn_train_mean_1000, and torch sums in another order.
        y.ShouldRoundTo(given["y"], relative: 1e-11);
        mean.ShouldRoundTo(given["batch_mean"]);
        variance.ShouldRoundTo(given["batch_var"], relative: 1e-11);
        BatchNorm.UpdateRunning(given["running_mean"], mean, momentum, 1).ShouldRoundTo(given["new_running_mean"]);
        BatchNorm.UpdateRunning(given["running_var"], variance, momentum, count / (count - 1)).ShouldRoundTo(given["new_running_var"], relative: 1e-11);
    }

    [SharedTheory]
    [MemberData(nameof(Linears))]
    public void Linear_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Linear.Forward(given["x"], given["weight"], given["bias"]).ShouldRoundTo(given["y"]);
    }

    [SharedTheory]
    [MemberData(nameof(Pools))]
    public void Global_average_pool_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        GlobalAveragePool.Forward(given["x"]).ShouldRoundTo(given["y"]);
    }

    [SharedTheory]
    [MemberData(nameof(SqueezeExcites))]
    public void Squeeze_excite_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor gate = Gate(given["x"], given["reduce_weight"], given["reduce_bias"], given["expand_weight"], given["expand_bias"]);
        gate.ShouldRoundTo(given["gate"]);
        ChannelScale.Forward(given["x"], gate).ShouldRoundTo(given["y"]);
    }

    [SharedTheory]
    [MemberData(nameof(Losses))]
    public void Softmax_cross_entropy_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        int[] targets = given.Attributes.GetProperty("targets").EnumerateArray().Select(target => target.GetInt32()).ToArray();
        double loss = SoftmaxCrossEntropy.Forward(given["x"], targets, given.Attributes.GetProperty("label_smoothing").GetDouble());
        double expected = given["y"].Data.ShouldHaveSingleItem();
        // Not relative to the loss alone: it is a difference of logits, which may be much larger than it.
        double largest = given["x"].Data.Max(Math.Abs);
        loss.ShouldBe(expected, Tolerance.Epsilon * Math.Abs(expected) * 1.01 + 1e-14 * largest);
    }

    [Fact]
    public void Softmax_sums_to_one_and_survives_large_logits()
    {
        var x = new Tensor([2, 3], [1e4, 1e4, -1e4, Math.Log(1), Math.Log(2), Math.Log(5)]);
        Tensor y = Softmax.Forward(x);
        double[] expected = [0.5, 0.5, 0, 0.125, 0.25, 0.625];
        for (int i = 0; i < expected.Length; i++) y.Data[i].ShouldBe(expected[i], 1e-12);
    }

    internal static PaddingMode PaddingOf(OperationCase given) =>
        given.Attributes.GetProperty("padding").GetString() == "same" ? PaddingMode.Same : PaddingMode.Symmetric;

    internal static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, int stride, PaddingMode padding, bool depthwise)
    {
        var shape = new Shape(x.Channels, x.Height, x.Width);
        (ConvolutionGeometry geometry, int height, int width) = ConvolutionGeometry.On(shape, weight.Shape[2], stride, padding);
        return Convolution.Forward(x, weight, bias, geometry, depthwise, height, width);
    }

    internal static Tensor Gate(Tensor x, Tensor reduceWeight, Tensor reduceBias, Tensor expandWeight, Tensor expandBias)
    {
        Tensor hidden = Convolve(GlobalAveragePool.Forward(x), reduceWeight, reduceBias, 1, PaddingMode.Symmetric, depthwise: false);
        hidden = Activation.Forward(hidden, ActivationKind.Silu);
        return Sigmoid.Forward(Convolve(hidden, expandWeight, expandBias, 1, PaddingMode.Symmetric, depthwise: false));
    }
}
