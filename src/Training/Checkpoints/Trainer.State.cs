using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <content>All that the next step depends on, out and in.</content>
public sealed unsafe partial class Trainer
{
    /// <summary>Copies everything that the next step depends on.</summary>
    internal TrainerState CopyState(MovingAverage? average)
    {
        using Use use = Begin();
        average?.ThrowIfNotOf(Description);
        List<SafetensorsTensor> tensors = [];
        foreach (ParameterTensor tensor in Tensors)
        {
            Add(TrainerState.Values, tensor, Get(tensor));
            if (average is not null) Add(TrainerState.Average, tensor, Get(average, tensor));
            if (_optimizer is null || tensor.IsStatistic) continue;
            Add(TrainerState.First, tensor, Read(tensor, _optimizer.First));
            if (_optimizer.Second is not null) Add(TrainerState.Second, tensor, Read(tensor, _optimizer.Second));
        }

        return new TrainerState(tensors, _optimizer?.Kind, _optimizer?.Steps ?? []);

        void Add(string part, ParameterTensor tensor, float[] values) => tensors.Add(new SafetensorsTensor(TrainerState.NameOf(part, tensor), tensor.Shape, values));
    }

    /// <summary>The names and lengths that a state has to have.</summary>
    internal IEnumerable<(string Name, IReadOnlyList<long> Shape)> StateTensors(OptimizerKind? optimizer, bool hasAverage)
    {
        foreach (ParameterTensor tensor in Tensors)
        {
            yield return (TrainerState.NameOf(TrainerState.Values, tensor), tensor.Shape);
            if (hasAverage) yield return (TrainerState.NameOf(TrainerState.Average, tensor), tensor.Shape);
            if (optimizer is not { } kind || tensor.IsStatistic) continue;
            yield return (TrainerState.NameOf(TrainerState.First, tensor), tensor.Shape);
            if (Rule(kind).HasSecond) yield return (TrainerState.NameOf(TrainerState.Second, tensor), tensor.Shape);
        }
    }

    /// <summary>Takes a state that has all of <see cref="StateTensors"/>.</summary>
    internal void TakeState(TrainerState state, MovingAverage? average)
    {
        using Use use = Begin();
        average?.ThrowIfNotOf(Description);
        Dictionary<string, ReadOnlyMemory<float>> values = state.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Values);
        _optimizer?.Dispose();
        _optimizer = null;
        if (state.Optimizer is { } kind)
        {
            _optimizer = new OptimizerMemory(Description, Tensors, Rule(kind));
            _optimizer.SetSteps(state.OptimizerSteps);
        }

        foreach (ParameterTensor tensor in Tensors)
        {
            Set(tensor, Of(TrainerState.Values, tensor));
            if (average is not null) tensor.Write(tensor.IsStatistic ? average.Statistics : average.Parameters, Of(TrainerState.Average, tensor));
            if (_optimizer is null || tensor.IsStatistic) continue;
            tensor.Write(_optimizer.First, Of(TrainerState.First, tensor));
            if (_optimizer.Second is not null) tensor.Write(_optimizer.Second, Of(TrainerState.Second, tensor));
        }

        ClearGradients();
        _memory.ForgetStatistics();

        ReadOnlySpan<float> Of(string part, ParameterTensor tensor) => values[TrainerState.NameOf(part, tensor)].Span;
    }

    private static Optimizer Rule(OptimizerKind kind) => kind switch
    {
        OptimizerKind.Sgd => new SgdOptimizer(),
        OptimizerKind.RmsProp => new RmsPropOptimizer { TensorFlow = false },
        OptimizerKind.RmsPropTensorFlow => new RmsPropOptimizer(),
        _ => new AdamWOptimizer(),
    };

    private static float[] Read(ParameterTensor tensor, float* buffer)
    {
        var values = new float[tensor.Count];
        tensor.Read(buffer, values);
        return values;
    }
}
