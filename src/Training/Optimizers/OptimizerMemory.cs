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
    private readonly IReadOnlyList<long> _partsAt;
    private readonly long[] _steps;
    private readonly IReadOnlyList<ParameterTensor> _tensors;
    private bool? _decaysAll;

    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public OptimizerMemory(TrainingDescription description, IReadOnlyList<ParameterTensor> tensors, Optimizer optimizer)
    {
        Kind = optimizer.Kind;
        _tensors = tensors;
        _partsAt = description.PartsAt;
        _steps = new long[_partsAt.Count];
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

    /// <summary>Updates that each part of the network has had: one that was frozen has had fewer.</summary>
    public IReadOnlyList<long> Steps => _steps;

    /// <summary>Bytes of all of it.</summary>
    public long Bytes => _buffer.Length * sizeof(float);

    /// <summary>Takes the updates that each part has had from where they were kept.</summary>
    public void SetSteps(IReadOnlyList<long> steps)
    {
        for (int part = 0; part < _steps.Length; part++) _steps[part] = steps[part];
    }

    /// <summary>
    /// The next update of neighbouring parts that have had as many: AdamW corrects what begins at zero by the updates of the very parameter, as PyTorch does.
    /// It has to be made before another is asked for: they share their options.
    /// </summary>
    /// <param name="optimizer">The rule's constants, which may have changed.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="factor">What gradients are multiplied by.</param>
    /// <param name="part">The first of the parts.</param>
    /// <param name="end">The part behind the last of them.</param>
    /// <returns>The pass from the first part's first parameter on, without parameters and gradients.</returns>
    public UpdateFrame Next(Optimizer optimizer, double rate, double factor, int part, out int end)
    {
        MarkDecay(optimizer);
        long step = _steps[part] + 1;
        for (end = part; end < _steps.Length && _steps[end] + 1 == step; end++) _steps[end]++;
        var options = new Span<float>(_options, OptionFloats);
        options[0] = (float)factor;
        options[1] = (float)rate;
        options[2] = (float)optimizer.WeightDecay;
        optimizer.Write(options[SharedOptions..], rate, step);
        long first = _partsAt[part], line = first / ParameterTable.Lanes;
        long last = end < _partsAt.Count ? _partsAt[end] / ParameterTable.Lanes : _lines;
        return new UpdateFrame
        {
            First = First + first,
            Second = Second == null ? null : Second + first,
            Options = _options,
            Decay = _decay + line,
            Lines = (nint)(last - line),
            Optimizer = Kind,
        };
    }

    public void Dispose()
    {
        _buffer.Dispose();
    }

    private void MarkDecay(Optimizer optimizer)
    {
        if (_decaysAll == optimizer.DecaysAll)
            return;
        _decaysAll = optimizer.DecaysAll;
        var lines = new Span<float>(_decay, _lines);
        lines.Clear();
        foreach (ParameterTensor tensor in _tensors.Where(tensor => !tensor.IsStatistic && (optimizer.DecaysAll || tensor.Kind == ParameterKind.Weight)))
            tensor.MarkLines(lines, 1);
    }
}
