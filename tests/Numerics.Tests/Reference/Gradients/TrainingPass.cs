using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>A training graph's forward pass in double, every map kept for the backward pass.</summary>
internal sealed class TrainingPass
{
    private readonly Network _network;
    private readonly ReferenceNetwork.Parameters _parameters;
    private readonly TrainingMode _mode;
    private readonly Dictionary<int, Tensor> _maps = [];
    private readonly Dictionary<int, (Tensor Mean, Tensor Variance)> _batchStatistics = [];
    private readonly Dictionary<string, Tensor> _running = [];

    /// <param name="network">Before any pass: BatchNorm, dropout and stochastic depth are operations of their own.</param>
    /// <param name="parameters">Weights and running statistics; they are read only.</param>
    /// <param name="images">[N, 3, R, R].</param>
    /// <param name="mode">Which statistics, and what is dropped.</param>
    public TrainingPass(Network network, ReferenceNetwork.Parameters parameters, Tensor images, TrainingMode mode)
    {
        (_network, _parameters, _mode) = (network, parameters, mode);
        mode.Factors.Keys.Except(network.Ops.Where(op => op is DropoutOp or StochasticDepthOp).Select(op => op.Name))
            .ShouldBeEmpty("operations that drop nothing");
        foreach (Op op in network.Ops) _maps[op.Id] = Forward(op, images);
    }

    /// <summary>What the last operation makes.</summary>
    public Tensor Output => _maps[Last.Id];

    /// <summary>Running statistics after this batch, by name; none where BatchNorm is frozen.</summary>
    public IReadOnlyDictionary<string, Tensor> UpdatedStatistics => _running;

    /// <summary>Every map that has a name.</summary>
    public IReadOnlyDictionary<string, Tensor> Maps => _network.Blocks.ToDictionary(mark => mark.Name, mark => _maps[mark.Tensor]);

    private Op Last => _network.Ops[_network.Ops.Count - 1];

    /// <summary>Gradients of Σ gradient · output.</summary>
    /// <param name="gradient">Of the output, in its shape.</param>
    public TrainingGradients Backward(Tensor gradient)
    {
        gradient.Shape.ShouldBe(Output.Shape);
        var parameters = new Dictionary<string, Tensor>();
        var maps = new Dictionary<int, Tensor> { [Last.Id] = gradient };
        foreach (Op op in _network.Ops.Reverse())
        {
            foreach ((int input, Tensor exact) in Backward(op, maps[op.Id], parameters))
            {
                Tensor part = _mode.Disturbance is { } disturbed ? exact.Map(disturbed) : exact;
                maps[input] = maps.TryGetValue(input, out Tensor? others) ? Residual.Forward(others, part) : part;
            }
        }

        return new TrainingGradients(parameters, maps[_network.Ops.First(op => op is InputOp).Id],
            _network.Blocks.ToDictionary(mark => mark.Name, mark => maps[mark.Tensor]));
    }

    private Tensor Forward(Op op, Tensor images) => op switch
    {
        BatchNormOp b when !_mode.FrozenBatchNorm => Normalise(b),
        StochasticDepthOp or DropoutOp => Drop(op, _maps[op.Inputs.Single()]),
        _ => ReferenceNetwork.Evaluate(op, id => _maps[id], _parameters, images),
    };

    private Tensor Normalise(BatchNormOp op)
    {
        Tensor x = _maps[op.Input];
        double count = (double)x.Images * x.Positions;
        // PyTorch refuses it too: nothing is left of a single value, and the unbiased variance does not exist.
        if (count < 2) throw new ArgumentException($"{op.Name} has one value a channel: batch statistics need two");
        (Tensor y, Tensor mean, Tensor variance) = BatchNorm.ForwardTraining(x, _parameters.Weight(op.Parameters), _parameters.Bias(op.Parameters), op.Epsilon);
        _batchStatistics[op.Id] = (mean, variance);
        _running[_parameters.RunningMeanName(op.Parameters)] =
            BatchNorm.UpdateRunning(_parameters.RunningMean(op.Parameters), mean, op.Momentum, 1);
        _running[_parameters.RunningVarianceName(op.Parameters)] =
            BatchNorm.UpdateRunning(_parameters.RunningVariance(op.Parameters), variance, op.Momentum, count / (count - 1));
        return y;
    }

    private Tensor Drop(Op op, Tensor x) => _mode.Factors.TryGetValue(op.Name, out Tensor? factors) ? Masking.Apply(x, factors) : x;

    /// <summary>The gradients of what an operation reads; those of its parameters are added to the table.</summary>
    private IEnumerable<(int Input, Tensor Gradient)> Backward(Op op, Tensor dy, Dictionary<string, Tensor> parameters)
    {
        switch (op)
        {
            case InputOp:
                return [];
            case ConvolutionOp c:
                parameters.Add(_parameters.WeightName(c.Parameters), ConvolutionGradient.OfWeight(_maps[c.Input], dy, c.Geometry, c.Depthwise));
                if (c.HasBias) parameters.Add(_parameters.BiasName(c.Parameters), ConvolutionGradient.OfBias(dy));
                return [(c.Input, ConvolutionGradient.OfInput(dy, _parameters.Weight(c.Parameters), c.InputShape, c.Geometry, c.Depthwise))];
            case BatchNormOp b:
            {
                BatchNormGradients gradients = Backward(b, dy);
                parameters.Add(_parameters.WeightName(b.Parameters), gradients.Gamma);
                parameters.Add(_parameters.BiasName(b.Parameters), gradients.Beta);
                return [(b.Input, gradients.X)];
            }

            case ActivationOp a:
                return [(a.Input, ActivationGradient.Of(_maps[a.Input], dy, a.Kind))];
            case SigmoidOp s:
                return [(s.Input, ActivationGradient.OfSigmoid(_maps[s.Input], dy))];
            case GlobalAveragePoolOp p:
                return [(p.Input, GlobalAveragePoolGradient.Of(_maps[p.Input], dy))];
            case ScaleOp s:
            {
                (Tensor x, Tensor gate) = ChannelScaleGradient.Of(_maps[s.Input], _maps[s.Gate], dy);
                return [(s.Input, x), (s.Gate, gate)];
            }

            case AddOp a:
                return [(a.Branch, dy), (a.Shortcut, dy)];
            case StochasticDepthOp or DropoutOp:
                return [(op.Inputs.Single(), Drop(op, dy))];
            case LinearOp l:
                parameters.Add(_parameters.WeightName(l.Parameters), LinearGradient.OfWeight(_maps[l.Input], dy));
                parameters.Add(_parameters.BiasName(l.Parameters), ConvolutionGradient.OfBias(dy));
                return [(l.Input, LinearGradient.OfInput(dy, _parameters.Weight(l.Parameters)).Reshape(_maps[l.Input].Shape))];

            default:
                throw new NotSupportedException(op.GetType().Name);
        }
    }

    private BatchNormGradients Backward(BatchNormOp op, Tensor dy)
    {
        Tensor x = _maps[op.Input], gamma = _parameters.Weight(op.Parameters);
        if (_batchStatistics.TryGetValue(op.Id, out (Tensor Mean, Tensor Variance) batch))
        {
            return BatchNormGradient.Training(x, dy, gamma, batch.Mean, batch.Variance, op.Epsilon);
        }

        return BatchNormGradient.Frozen(x, dy, gamma, _parameters.RunningMean(op.Parameters), _parameters.RunningVariance(op.Parameters), op.Epsilon);
    }
}
