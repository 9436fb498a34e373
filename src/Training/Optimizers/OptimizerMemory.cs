using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What an optimizer remembers of every parameter, its options, and which lines decay.</summary>
internal sealed unsafe class OptimizerMemory : IDisposable
{
    private const int OptionFloats = 16;
    private const int SharedOptions = 3;

    private readonly AlignedBuffer _buffer;
    private readonly float* _options;
    private readonly float* _decay;
    private readonly int _lines;
    private readonly IReadOnlyList<ParameterTensor> _tensors;
    private bool? _decaysAll;

    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public OptimizerMemory(TrainingDescription description, IReadOnlyList<ParameterTensor> tensors, Optimizer optimizer)
    {
        Kind = optimizer.Kind;
        _tensors = tensors;
        long floats = description.ParameterFloats;
        _lines = checked((int)(floats / ParameterTable.Lanes));
        long decay = AlignedBuffer.RoundUp(_lines);
        int memories = optimizer.HasSecond ? 2 : 1;
        _buffer = AlignedBuffer.Allocate(memories * floats + decay + OptionFloats, $"the optimizer of {description.Network.Name}");
        First = _buffer.Pointer;
        Second = optimizer.HasSecond ? First + floats : null;
        _decay = First + memories * floats;
        _options = _decay + decay;
        if (optimizer.FirstSquare != 0)
        {
            for (long i = 0; i < floats; i++)
                Second[i] = optimizer.FirstSquare;
        }
    }

    /// <summary>The rule that it is made for.</summary>
    public OptimizerKind Kind { get; }

    /// <summary>Momentum, or the mean.</summary>
    public float* First { get; }

    /// <summary>The mean square; null where the rule has none.</summary>
    public float* Second { get; }

    /// <summary>Updates that were made.</summary>
    public long Steps { get; set; }

    /// <summary>Bytes of all of it.</summary>
    public long Bytes => _buffer.Length * sizeof(float);

    /// <summary>The next update.</summary>
    /// <param name="optimizer">The rule's constants, which may have changed.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="factor">What gradients are multiplied by.</param>
    public UpdateFrame Next(Optimizer optimizer, double rate, double factor)
    {
        if (_decaysAll != optimizer.DecaysAll)
        {
            _decaysAll = optimizer.DecaysAll;
            var lines = new Span<float>(_decay, _lines);
            lines.Clear();
            foreach (ParameterTensor tensor in _tensors.Where(tensor => !tensor.IsStatistic && (optimizer.DecaysAll || tensor.Kind == ParameterKind.Weight)))
                tensor.MarkLines(lines, 1);
        }

        Steps++;
        var options = new Span<float>(_options, OptionFloats);
        options[0] = (float)factor;
        options[1] = (float)rate;
        options[2] = (float)optimizer.WeightDecay;
        optimizer.Write(options[SharedOptions..], rate, Steps);
        return new UpdateFrame { First = First, Second = Second, Options = _options, Decay = _decay, Lines = _lines, Optimizer = Kind };
    }

    public void Dispose()
    {
        _buffer.Dispose();
    }
}
