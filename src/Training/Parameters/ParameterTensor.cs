using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>One tensor of a network in training: what files call it, its shape, and where its values lie in the trainer's flat buffers.</summary>
public sealed unsafe class ParameterTensor
{
    private readonly Func<IEnumerable<TensorRow>> _rows;
    private readonly ParameterNames _names;
    private readonly string _suffix;

    internal ParameterTensor(ParameterKind kind, ParameterNames names, string suffix, IReadOnlyList<long> shape, Func<IEnumerable<TensorRow>> rows)
    {
        Kind = kind;
        Shape = shape;
        Count = checked((int)shape.Aggregate(1L, (product, side) => product * side));
        _names = names;
        _suffix = suffix;
        _rows = rows;
    }

    /// <summary>Weight, bias, or one of BatchNorm's.</summary>
    public ParameterKind Kind { get; }

    /// <summary>Its shape: OIHW for convolutions, [classes][features] for the classifier, [channels] otherwise.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of values.</summary>
    public int Count { get; }

    /// <summary>Its name as torchvision has it.</summary>
    public string Name => NameIn(NamingScheme.TorchVision);

    /// <summary>Whether it is one of BatchNorm's running statistics, which have no gradient.</summary>
    public bool IsStatistic => Kind is ParameterKind.RunningMean or ParameterKind.RunningVariance;

    /// <summary>Its name under a scheme.</summary>
    /// <param name="scheme">Whose names.</param>
    public string NameIn(NamingScheme scheme) => _names.In(scheme) + _suffix;

    /// <summary>Whether it belongs to a layer of these names.</summary>
    internal bool IsOf(ParameterNames names)
    {
        return ReferenceEquals(names, _names);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        return $"{Name} [{string.Join(", ", Shape)}]";
    }

    /// <summary>Copies the values out of a flat buffer.</summary>
    internal void Read(float* buffer, Span<float> values)
    {
        foreach (TensorRow row in _rows())
        {
            for (int i = 0; i < row.Count; i++)
                values[row.First + i] = buffer[row.At + (long)i * row.Step];
        }
    }

    /// <summary>Copies values into a flat buffer.</summary>
    internal void Write(float* buffer, ReadOnlySpan<float> values)
    {
        foreach (TensorRow row in _rows())
        {
            for (int i = 0; i < row.Count; i++)
                buffer[row.At + (long)i * row.Step] = values[row.First + i];
        }
    }

    /// <summary>Sets a flag for every line of 16 floats that holds one of the values.</summary>
    internal void MarkLines(Span<float> lines, float flag)
    {
        foreach (TensorRow row in _rows())
        {
            for (int i = 0; i < row.Count; i++)
                lines[(int)((row.At + (long)i * row.Step) / ParameterTable.Lanes)] = flag;
        }
    }
}
