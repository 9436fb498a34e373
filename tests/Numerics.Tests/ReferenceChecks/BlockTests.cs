using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks;

/// <summary>Whole blocks, put together from the naive operations, against PyTorch's.</summary>
public class BlockTests
{
    public static TheoryData<string> Blocks => OperationCase.Named("mbconv", "fused");

    [SharedTheory]
    [MemberData(nameof(Blocks))]
    public void Block_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        ActivationKind activation = given.Attributes.GetProperty("activation").GetString() == "relu6" ? ActivationKind.Relu6 : ActivationKind.Silu;
        PaddingMode padding = OperationTests.PaddingOf(given);
        int stride = given.Attributes.GetProperty("stride").GetInt32();
        bool fused = name.StartsWith("fused", StringComparison.Ordinal);
        int norm = 0;

        Tensor x = given["x"];
        Tensor y = x;
        if (given.Has("expand_weight"))
        {
            y = OperationTests.Convolve(y, given["expand_weight"], null, fused ? stride : 1, padding, depthwise: false);
            y = Activation.Forward(Normalise(given, y, norm++), activation);
        }

        if (given.Has("depthwise_weight"))
        {
            y = OperationTests.Convolve(y, given["depthwise_weight"], null, stride, padding, depthwise: true);
            y = Activation.Forward(Normalise(given, y, norm++), activation);
        }

        if (given.Has("reduce_weight"))
        {
            Tensor gate = OperationTests.Gate(y, given["reduce_weight"], given["reduce_bias"], given["excite_weight"], given["excite_bias"]);
            y = ChannelScale.Forward(y, gate);
        }

        if (given.Has("project_weight"))
        {
            y = Normalise(given, OperationTests.Convolve(y, given["project_weight"], null, 1, padding, depthwise: false), norm);
        }

        if (given.Attributes.GetProperty("residual").GetBoolean()) y = Residual.Forward(y, x);
        y.ShouldRoundTo(given["y"], relative: 1e-11);
    }

    private static Tensor Normalise(OperationCase given, Tensor x, int index)
    {
        string prefix = $"bn{index}_";
        double epsilon = given.Attributes.GetProperty("eps").GetDouble();
        Tensor gamma = given[prefix + "weight"], beta = given[prefix + "bias"];
        return given.Attributes.GetProperty("training").GetBoolean()
            ? BatchNorm.ForwardTraining(x, gamma, beta, epsilon).Y
            : BatchNorm.Forward(x, gamma, beta, given[prefix + "running_mean"], given[prefix + "running_var"], epsilon);
    }
}
