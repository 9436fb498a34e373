using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks.Gradients;

/// <summary>Whole blocks as graphs, forward and backward, against PyTorch's: order, accumulation and names of the interpreter.</summary>
public class BlockGradientTests
{
    private readonly List<Op> _ops = [];

    public static TheoryData<string> Blocks => OperationCase.Named("mbconv", "fused", "squeeze_excite");

    [SharedTheory]
    [MemberData(nameof(Blocks))]
    public void Block_and_its_gradients_are_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Network network = name.StartsWith("se_", StringComparison.Ordinal) ? SqueezeExciteOf(given) : BlockOf(given);
        string[] inputs = given.Inputs.Where(role => role != "x" && !role.StartsWith("grad_", StringComparison.Ordinal)).ToArray();
        // The cases name a parameter "bn0_weight", a graph "bn0.weight".
        Dictionary<string, Tensor> weights = inputs.ToDictionary(DottedName, role => given[role]);
        bool frozen = given.Attributes.TryGetProperty("training", out var training) && !training.GetBoolean();
        var pass = new TrainingPass(network, new ReferenceNetwork.Parameters(weights, Naming.TorchVision), given["x"],
            new TrainingMode { FrozenBatchNorm = frozen });
        pass.Output.ShouldRoundTo(given["y"], relative: 1e-11);

        TrainingGradients gradients = pass.Backward(given["grad_y"]);
        var found = gradients.Parameters.ToDictionary(pair => "grad_" + pair.Key.Replace('.', '_'), pair => pair.Value);
        found.Add("grad_x", gradients.Image);
        foreach ((string statistic, Tensor value) in pass.UpdatedStatistics) found.Add("new_" + statistic.Replace('.', '_'), value);
        string[] results = given.Results.Where(role => role is not ("y" or "gate")).ToArray();
        found.Keys.ShouldBe(results, ignoreOrder: true);
        // Relative to the case's largest gradient: a BatchNorm behind a BatchNorm leaves some gradients exactly zero.
        double largest = results.Where(role => role.StartsWith("grad_", StringComparison.Ordinal)).Max(role => given[role].Data.Max(Math.Abs));
        foreach (string role in results) found[role].ShouldRoundTo(given[role], relative: 1e-11, scale: largest);
    }

    private static string DottedName(string role)
    {
        string[] roles = ["running_mean", "running_var", "weight", "bias"];
        string ending = roles.First(ending => role.EndsWith(ending, StringComparison.Ordinal));
        return $"{role[..^(ending.Length + 1)]}.{ending}";
    }

    private Network BlockOf(OperationCase given)
    {
        var attributes = given.Attributes;
        ActivationKind activation = attributes.GetProperty("activation").GetString() == "relu6" ? ActivationKind.Relu6 : ActivationKind.Silu;
        PaddingMode padding = OperationTests.PaddingOf(given);
        int stride = attributes.GetProperty("stride").GetInt32();
        double epsilon = attributes.GetProperty("eps").GetDouble(), momentum = attributes.GetProperty("momentum").GetDouble();
        int norms = 0;
        int Normalise(int x) => Add(id => new BatchNormOp(id, "norm", ShapeOf(x), x, epsilon, momentum, Names($"bn{norms++}")));
        int Activate(int x) => Add(id => new ActivationOp(id, "activation", ShapeOf(x), x, activation));

        int input = Input(given), x = input;
        bool depthwise = given.Has("depthwise_weight");
        if (given.Has("expand_weight")) x = Activate(Normalise(Convolve(given, x, "expand", depthwise ? 1 : stride, padding, false)));
        if (depthwise) x = Activate(Normalise(Convolve(given, x, "depthwise", stride, padding, true)));
        if (given.Has("reduce_weight")) x = Excite(given, x, "excite");
        if (given.Has("project_weight")) x = Normalise(Convolve(given, x, "project", 1, padding, false));
        if (attributes.GetProperty("residual").GetBoolean()) x = Add(id => new AddOp(id, "residual", ShapeOf(input), x, input));
        return Finish();
    }

    private Network SqueezeExciteOf(OperationCase given)
    {
        Excite(given, Input(given), "expand");
        return Finish();
    }

    private int Excite(OperationCase given, int x, string expansion)
    {
        Shape map = ShapeOf(x);
        int pooled = Add(id => new GlobalAveragePoolOp(id, "pool", new Shape(map.Channels, 1, 1), x));
        int hidden = Convolve(given, pooled, "reduce", 1, PaddingMode.Symmetric, false, bias: true);
        hidden = Add(id => new ActivationOp(id, "hidden", ShapeOf(hidden), hidden, ActivationKind.Silu));
        int gate = Convolve(given, hidden, expansion, 1, PaddingMode.Symmetric, false, bias: true);
        gate = Add(id => new SigmoidOp(id, "gate", ShapeOf(gate), gate));
        return Add(id => new ScaleOp(id, "scale", map, x, gate));
    }

    private int Convolve(OperationCase given, int x, string name, int stride, PaddingMode padding, bool depthwise, bool bias = false)
    {
        int[] weight = given[name + "_weight"].Shape;
        (ConvolutionGeometry geometry, int height, int width) = ConvolutionGeometry.On(ShapeOf(x), weight[2], stride, padding);
        return Add(id => new ConvolutionOp(id, name, new Shape(weight[0], height, width), x, ShapeOf(x), geometry, depthwise, bias, Names(name)));
    }

    private int Input(OperationCase given)
    {
        Tensor x = given["x"];
        return Add(id => new InputOp(id, "input", new Shape(x.Channels, x.Height, x.Width)));
    }

    private Network Finish() => new Network(_ops.ToEquatableArray(), new List<BlockMark>().ToEquatableArray()).Verify("building");

    private Shape ShapeOf(int tensor) => _ops[tensor].Output;

    private int Add(Func<int, Op> make)
    {
        _ops.Add(make(_ops.Count));
        return _ops.Count - 1;
    }

    private static ParameterNames Names(string name) => new(name, name, name);
}
