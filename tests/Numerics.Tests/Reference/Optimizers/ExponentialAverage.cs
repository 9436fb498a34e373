namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>average = decay · average + (1 − decay) · value after each step, from the initial values; running statistics included.</summary>
internal sealed class ExponentialAverage
{
    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _values;

    /// <param name="initial">The values before the first step; copied.</param>
    /// <param name="decay">Weight of the old average.</param>
    public ExponentialAverage(IReadOnlyDictionary<string, Tensor> initial, double decay)
    {
        _decay = decay;
        _values = initial.ToDictionary(pair => pair.Key, pair => pair.Value.Map(value => value));
    }

    public IReadOnlyDictionary<string, Tensor> Values => _values;

    /// <param name="values">All of them, after a step.</param>
    public void Add(IReadOnlyDictionary<string, Tensor> values)
    {
        foreach ((string name, Tensor average) in _values)
        {
            double[] value = values[name].Data;
            for (int i = 0; i < value.Length; i++) average.Data[i] = _decay * average.Data[i] + (1 - _decay) * value[i];
        }
    }
}
