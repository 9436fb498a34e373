using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>What a network computes, in double: the logits and every map that has a name.</summary>
/// <param name="Logits">[N, classes].</param>
/// <param name="Maps">By name: <c>stem</c>, <c>1.0</c> …, <c>head</c>, <c>features</c>, each [N, C, H, W].</param>
internal sealed record ReferenceResult(Tensor Logits, IReadOnlyDictionary<string, Tensor> Maps);

/// <summary>Interprets a training graph, before any pass, in inference mode: running statistics, no dropout.</summary>
internal static class ReferenceNetwork
{
    public static ReferenceResult Run(Network network, IReadOnlyDictionary<string, Tensor> weights, Tensor input, Naming naming = Naming.TorchVision)
    {
        var parameters = new Parameters(weights, naming);
        var marked = network.Blocks.ToLookup(mark => mark.Tensor, mark => mark.Name);
        var maps = new Dictionary<string, Tensor>();
        var live = new Dictionary<int, Tensor>();
        var uses = network.Ops.SelectMany(op => op.Inputs).GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        Tensor last = input;
        foreach (Op op in network.Ops)
        {
            last = Evaluate(op, id => live[id], parameters, input);
            live[op.Id] = last;
            foreach (string name in marked[op.Id]) maps.Add(name, last);
            // A map is let go after its last reader: B7 would not fit otherwise.
            foreach (int id in op.Inputs)
            {
                if (--uses[id] == 0) live.Remove(id);
            }
        }

        return new ReferenceResult(last, maps);
    }

    /// <summary>One operation.</summary>
    public static Tensor Evaluate(Op op, Func<int, Tensor> tensor, Parameters parameters, Tensor input) => op switch
    {
        InputOp => input,
        ConvolutionOp c => Convolution.Forward(tensor(c.Input), parameters.Weight(c.Parameters), c.HasBias ? parameters.Bias(c.Parameters) : null,
            c.Geometry, c.Depthwise, c.Output.Height, c.Output.Width),
        BatchNormOp b => BatchNorm.Forward(tensor(b.Input), parameters.Weight(b.Parameters), parameters.Bias(b.Parameters),
            parameters.RunningMean(b.Parameters), parameters.RunningVariance(b.Parameters), b.Epsilon),
        ActivationOp a => Activation.Forward(tensor(a.Input), a.Kind),
        SigmoidOp s => Sigmoid.Forward(tensor(s.Input)),
        GlobalAveragePoolOp p => GlobalAveragePool.Forward(tensor(p.Input)),
        ScaleOp s => ChannelScale.Forward(tensor(s.Input), tensor(s.Gate)),
        AddOp a => Residual.Forward(tensor(a.Branch), tensor(a.Shortcut)),
        StochasticDepthOp d => tensor(d.Input),
        DropoutOp d => tensor(d.Input),
        LinearOp l => Linear.Forward(tensor(l.Input), parameters.Weight(l.Parameters), parameters.Bias(l.Parameters)),
        _ => throw new NotSupportedException(op.GetType().Name),
    };

    /// <summary>A set of weights under one naming scheme.</summary>
    internal sealed class Parameters(IReadOnlyDictionary<string, Tensor> weights, Naming naming)
    {
        public Tensor Weight(ParameterNames names) => weights[WeightName(names)];

        public Tensor Bias(ParameterNames names) => weights[BiasName(names)];

        public Tensor RunningMean(ParameterNames names) => weights[RunningMeanName(names)];

        public Tensor RunningVariance(ParameterNames names) => weights[RunningVarianceName(names)];

        public string WeightName(ParameterNames names) => $"{naming.Of(names)}.weight";

        public string BiasName(ParameterNames names) => $"{naming.Of(names)}.bias";

        public string RunningMeanName(ParameterNames names) => $"{naming.Of(names)}.running_mean";

        public string RunningVarianceName(ParameterNames names) => $"{naming.Of(names)}.running_var";
    }
}
