using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <content>What is done with all parameters at once: updates, norm, averages.</content>
public sealed unsafe partial class Trainer
{
    /// <summary>The norm of all gradients together at the last update, after its factor and before any clipping; not finite where the update was refused.</summary>
    public double LastGradientNorm { get; private set; }

    /// <summary>Moves the parameters along their gradients, and sets those to zero. Those of parts before <see cref="FirstTrained"/> stay as they are: they neither decay
    /// nor follow a momentum.</summary>
    /// <param name="optimizer">The rule. Its memory begins with the first update and is kept while the rule's kind stays.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="clipNorm">The largest norm of all gradients together: above it they are scaled down to it. Infinity for none.</param>
    /// <param name="factor">What gradients are multiplied by before anything else: 1 / k where k batches were accumulated.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range; nothing has been changed then.</exception>
    /// <exception cref="InsufficientMemoryException">The optimizer's memory cannot be had; nothing has been moved then.</exception>
    /// <exception cref="InvalidOperationException"><see cref="FirstTrained"/> is no part of the network; nothing has been changed then.</exception>
    /// <exception cref="NonFiniteGradientException">A gradient is NaN or infinite. Nothing has been moved, and what was accumulated is discarded.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void Update(Optimizer optimizer, double rate, double clipNorm = double.PositiveInfinity, double factor = 1)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        using Use use = Begin();
        optimizer.ThrowIfOutOfRange();
        Optimizer.ThrowIfNot(double.IsFinite(rate) && rate >= 0, rate, "finite and not negative", nameof(rate));
        Optimizer.ThrowIfNot(clipNorm > 0, clipNorm, "above 0, or infinity for no clipping", nameof(clipNorm));
        Optimizer.ThrowIfNot(double.IsFinite(factor) && factor > 0, factor, "finite and above 0", nameof(factor));
        ThrowIfNoPart();
        // What was accumulated before a part was frozen is not its part of the norm.
        ClearGradients(Description.PartsAt[FirstTrained]);
        double norm = factor * GradientNorm();
        LastGradientNorm = norm;
        if (!double.IsFinite(norm))
        {
            ParameterTensor? bad = FirstNonFinite();
            Discard();
            throw new NonFiniteGradientException(bad, norm);
        }

        if (_optimizer?.Kind != optimizer.Kind)
        {
            // The old memory first, so that both are never there; and forgotten, should there be none for the new.
            _optimizer?.Dispose();
            _optimizer = null;
            _optimizer = new OptimizerMemory(Description, Tensors, optimizer);
        }

        if (norm > clipNorm)
            factor *= clipNorm / norm;
        for (int part = FirstTrained, end; part < Description.Parts.Count; part = end)
        {
            long first = Description.PartsAt[part];
            Run(TrainerWork.Update, _optimizer.Next(optimizer, rate, factor, part, out end) with { Parameters = _memory.Parameters + first, Gradients = _memory.Gradients + first });
        }

        _memory.ForgetStatistics();
    }

    /// <summary>Forgets what was accumulated since the last update: gradients become zero, and running statistics what they were.</summary>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void Discard()
    {
        using Use use = Begin();
        ClearGradients(Description.ParameterFloats);
        _memory.RestoreStatistics();
    }

    /// <summary>The norm of all gradients together, before any factor; the same bits for every number of threads.</summary>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public double GradientNorm()
    {
        using Use use = Begin();
        Run(TrainerWork.Norm, new UpdateFrame { Gradients = _memory.Gradients, First = _memory.NormPartials, Lines = (nint)(Description.ParameterFloats / ParameterTable.Lanes) });
        return *(double*)_memory.NormPartials;
    }

    /// <summary>Moves an average towards the parameters and statistics: a ← d·a + (1 − d)·w.</summary>
    /// <param name="average">The average, of this trainer's network.</param>
    /// <param name="decay">d. A warm-up is the caller's: min(d, (1 + t) / (10 + t)) at update t is TensorFlow's.</param>
    /// <exception cref="ArgumentException">The average is another network's.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void MoveAverage(MovingAverage average, double decay)
    {
        ArgumentNullException.ThrowIfNull(average);
        using Use use = Begin();
        average.ThrowIfNotOf(Description);
        foreach ((nint from, nint to, long floats) in new[]
        {
            ((nint)_memory.Parameters, (nint)average.Parameters, Description.ParameterFloats),
            ((nint)_memory.Statistics, (nint)average.Statistics, Description.StatisticsFloats),
        })
        {
            *_memory.LossOptions = (float)(1 - decay);
            Run(TrainerWork.Average, new UpdateFrame { Parameters = (float*)from, First = (float*)to, Options = _memory.LossOptions, Lines = (nint)(floats / ParameterTable.Lanes) });
        }
    }

    /// <summary>Sets all gradients to zero. Running statistics stay as they are, and count from here on as those before the next step.</summary>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void ClearGradients()
    {
        using Use use = Begin();
        ClearGradients(Description.ParameterFloats);
        _memory.ForgetStatistics();
    }

    /// <summary>The average's values of a tensor.</summary>
    /// <param name="average">The average.</param>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <returns>The values, in the order of the tensor's shape.</returns>
    /// <exception cref="ArgumentException">The average is another network's.</exception>
    public float[] Get(MovingAverage average, ParameterTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(average);
        ArgumentNullException.ThrowIfNull(tensor);
        average.ThrowIfNotOf(Description);
        var values = new float[tensor.Count];
        tensor.Read(tensor.IsStatistic ? average.Statistics : average.Parameters, values);
        return values;
    }

    /// <summary>Begins an average with the present parameters and statistics.</summary>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public MovingAverage CreateAverage()
    {
        using Use use = Begin();
        return new MovingAverage(Description, _memory.Parameters, _memory.Statistics);
    }

    private void ClearGradients(long floats)
    {
        for (long at = 0; at < floats; at += int.MaxValue / 2)
            new Span<float>(_memory.Gradients + at, (int)Math.Min(int.MaxValue / 2, floats - at)).Clear();
    }

    private ParameterTensor? FirstNonFinite()
    {
        return Tensors.FirstOrDefault(tensor => !tensor.IsStatistic && TensorReader.FirstNonFinite(GetGradient(tensor)) >= 0);
    }

    private void Run(TrainerWork work, UpdateFrame frame)
    {
        _update.Work = work;
        _update.Frame = frame with { InstructionSet = InstructionSet };
        _team.Run(_update);
    }
}
