namespace EfficientNet.Training;

/// <content>Tensors by name: values and gradients.</content>
public sealed unsafe partial class Trainer
{
    /// <summary>Copies a tensor's values.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <returns>The values, in the order of the tensor's shape.</returns>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public float[] Get(ParameterTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using Use use = Begin();
        var values = new float[tensor.Count];
        tensor.Read(tensor.IsStatistic ? _memory.Statistics : _memory.Parameters, values);
        return values;
    }

    /// <summary>Copies a tensor's gradient.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/> that is no running statistic.</param>
    /// <returns>The gradient, in the order of the tensor's shape.</returns>
    /// <exception cref="ArgumentException">Running statistics have no gradient.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public float[] GetGradient(ParameterTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using Use use = Begin();
        if (tensor.IsStatistic)
            throw new ArgumentException($"{tensor.Name} is a running statistic and has no gradient.", nameof(tensor));
        var values = new float[tensor.Count];
        tensor.Read(_memory.Gradients, values);
        return values;
    }

    /// <summary>Sets a tensor's values.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="values">The values, in the order of the tensor's shape.</param>
    /// <exception cref="ArgumentException">Their number is not the tensor's.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void Set(ParameterTensor tensor, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using Use use = Begin();
        if (values.Length != tensor.Count)
            throw new ArgumentException($"{tensor} has {tensor.Count} values, not {values.Length}.", nameof(values));
        tensor.Write(tensor.IsStatistic ? _memory.Statistics : _memory.Parameters, values);
        // A step that is refused later must not bring back what was there before.
        if (tensor.IsStatistic) tensor.Write(_memory.KeptStatistics, values);
    }
}
