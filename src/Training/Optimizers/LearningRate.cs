namespace EfficientNet.Training;

/// <summary>A learning rate by step, the first step being 0: a linear warm-up, then one of the published forms.</summary>
public abstract record LearningRate
{
    /// <summary>The rate after the warm-up, before it falls.</summary>
    public required double Peak { get; init; }

    /// <summary>Steps of the warm-up: step t has (t + 1) / WarmUp of the peak. 0 for none.</summary>
    public long WarmUp { get; init; }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">The step's number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return step < WarmUp ? Peak * (step + 1) / WarmUp : Peak * Factor(step);
    }

    /// <summary>The part of the peak that is left at a step behind the warm-up.</summary>
    /// <param name="step">The step's number, from 0, the warm-up's included.</param>
    protected abstract double Factor(long step);
}

/// <summary>The peak to the end.</summary>
public sealed record ConstantRate : LearningRate
{
    /// <inheritdoc/>
    protected override double Factor(long step)
    {
        return 1;
    }
}

/// <summary>Falls by a factor every so many steps: the paper's recipe is 0.97 every 2.4 epochs (Tan, Le 2019).</summary>
public sealed record StaircaseRate : LearningRate
{
    /// <summary>The factor.</summary>
    public double Decay { get; init; } = 0.97;

    /// <summary>Steps between two falls, counted from the first step; need not be whole.</summary>
    public required double Every { get; init; }

    /// <inheritdoc/>
    protected override double Factor(long step)
    {
        return Math.Pow(Decay, Math.Floor(step / Every));
    }
}

/// <summary>Falls to zero along half a cosine (Loshchilov, Hutter 2017): (1 + cos(π·t/T)) / 2, t counted from the end of the warm-up.</summary>
public sealed record CosineRate : LearningRate
{
    /// <summary>Steps of the whole run, the warm-up's included.</summary>
    public required long Steps { get; init; }

    /// <inheritdoc/>
    protected override double Factor(long step)
    {
        long length = Math.Max(1, Steps - WarmUp);
        return (1 + Math.Cos(Math.PI * Math.Min(1, (double)(step - WarmUp) / length))) / 2;
    }
}
