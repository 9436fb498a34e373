using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks.Gradients;

/// <summary>The naive adjoints against PyTorch's float64 gradients, which are stored rounded to float32.</summary>
public class OperationGradientTests
{
    public static TheoryData<string> Convolutions => OperationTests.Convolutions;

    public static TheoryData<string> Elementwise => OperationTests.Elementwise;

    public static TheoryData<string> BatchNorms => OperationTests.BatchNorms;

    public static TheoryData<string> Linears => OperationTests.Linears;

    public static TheoryData<string> Pools => OperationTests.Pools;

    public static TheoryData<string> Losses => OperationTests.Losses;

    [SharedTheory]
    [MemberData(nameof(Convolutions))]
    public void Gradients_of_a_convolution_are_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor x = given["x"], weight = given["weight"], dy = given["grad_y"];
        bool depthwise = given.Attributes.GetProperty("groups").GetInt32() > 1;
        var input = new Shape(x.Channels, x.Height, x.Width);
        (ConvolutionGeometry geometry, _, _) = ConvolutionGeometry.On(input, weight.Shape[2],
            given.Attributes.GetProperty("stride").GetInt32(), OperationTests.PaddingOf(given));
        ConvolutionGradient.OfInput(dy, weight, input, geometry, depthwise).ShouldRoundTo(given["grad_x"]);
        ConvolutionGradient.OfWeight(x, dy, geometry, depthwise).ShouldRoundTo(given["grad_weight"]);
    }

    [SharedTheory]
    [MemberData(nameof(Elementwise))]
    public void Gradient_of_an_elementwise_function_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor x = given["x"], dy = given["grad_y"];
        Tensor dx = name.Split('_')[0] switch
        {
            "silu" => ActivationGradient.Of(x, dy, ActivationKind.Silu),
            "relu6" => ActivationGradient.Of(x, dy, ActivationKind.Relu6),
            _ => ActivationGradient.OfSigmoid(x, dy),
        };
        // Elementwise, but not below one rounding of a double: silu' has a zero at x = −1.28, and PyTorch's 1 − σ cancels where σ is near 1.
        dx.ShouldRoundTo(given["grad_x"], relative: 1e-15);
    }

    [SharedTheory]
    [MemberData(nameof(BatchNorms))]
    public void Gradients_of_batch_norm_are_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor x = given["x"], dy = given["grad_y"], gamma = given["weight"];
        double epsilon = given.Attributes.GetProperty("eps").GetDouble();
        BatchNormGradients found;
        if (given.Attributes.GetProperty("training").GetBoolean())
        {
            (Tensor mean, Tensor variance) = BatchNorm.Statistics(x);
            found = BatchNormGradient.Training(x, dy, gamma, mean, variance, epsilon);
        }
        else
        {
            found = BatchNormGradient.Frozen(x, dy, gamma, given["running_mean"], given["running_var"], epsilon);
        }

        // The spread is 1/1000 of the values in bn_train_mean_1000, and torch sums in another order.
        found.X.ShouldRoundTo(given["grad_x"], relative: 1e-11);
        found.Gamma.ShouldRoundTo(given["grad_weight"], relative: 1e-11);
        found.Beta.ShouldRoundTo(given["grad_bias"]);
    }

    [SharedTheory]
    [MemberData(nameof(Linears))]
    public void Gradients_of_linear_are_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        LinearGradient.OfInput(given["grad_y"], given["weight"]).ShouldRoundTo(given["grad_x"]);
        LinearGradient.OfWeight(given["x"], given["grad_y"]).ShouldRoundTo(given["grad_weight"]);
        ConvolutionGradient.OfBias(given["grad_y"]).ShouldRoundTo(given["grad_bias"]);
    }

    [SharedTheory]
    [MemberData(nameof(Pools))]
    public void Gradient_of_global_average_pool_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        GlobalAveragePoolGradient.Of(given["x"], given["grad_y"]).ShouldRoundTo(given["grad_x"]);
    }

    [SharedTheory]
    [MemberData(nameof(Losses))]
    public void Gradient_of_softmax_cross_entropy_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        int[] labels = given.Attributes.GetProperty("targets").EnumerateArray().Select(target => target.GetInt32()).ToArray();
        var loss = new SoftmaxLoss(labels, given.Attributes.GetProperty("label_smoothing").GetDouble());
        given["grad_y"].Data.ShouldHaveSingleItem().ShouldBe(1);
        loss.Gradient(given["x"]).ShouldRoundTo(given["grad_x"]);
    }
}
