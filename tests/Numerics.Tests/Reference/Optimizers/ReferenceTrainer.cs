using EfficientNet.Compiler.Graph;
using EfficientNet.Numerics.Tests.Reference.Gradients;

namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>Training steps in double: a state that moves, by <see cref="ReferenceTraining"/> and an optimizer.</summary>
internal sealed class ReferenceTrainer
{
    private readonly Network _network;
    private readonly Naming _naming;
    private readonly Optimizer _optimizer;
    private readonly Dictionary<string, Tensor> _state;

    /// <param name="network">The training graph.</param>
    /// <param name="initial">Every tensor of <see cref="ParameterTable"/> by name; copied.</param>
    /// <param name="optimizer">Its state belongs to this training alone.</param>
    /// <param name="naming">The scheme of the tensors' names.</param>
    public ReferenceTrainer(Network network, IReadOnlyDictionary<string, Tensor> initial, Optimizer optimizer, Naming naming = Naming.TorchVision)
    {
        (_network, _naming, _optimizer) = (network, naming, optimizer);
        _state = initial.ToDictionary(pair => pair.Key, pair => pair.Value.Map(value => value));
    }

    /// <summary>Parameters and running statistics by name.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>One step; what it returns was computed before the update.</summary>
    public TrainingResult Step(Tensor images, TrainingLoss loss, TrainingMode? mode = null)
    {
        TrainingResult result = ReferenceTraining.Run(_network, _state, images, loss, mode, _naming);
        foreach ((string name, Tensor gradient) in result.Gradients.Parameters) _optimizer.Update(name, _state[name].Data, gradient.Data);
        foreach ((string name, Tensor statistic) in result.Statistics) _state[name] = statistic;
        return result;
    }
}
