namespace EfficientNet.Training;

/// <summary>How a learning rate goes on after its warm-up.</summary>
public enum RateForm
{
    /// <summary>To zero along half a cosine.</summary>
    Cosine,

    /// <summary>By a factor every so many epochs.</summary>
    Staircase,

    /// <summary>Not at all.</summary>
    Constant,
}

/// <summary>A learning rate in epochs, before it is known how many steps they have.</summary>
public sealed record RatePlan
{
    /// <summary>The rate after the warm-up.</summary>
    public required double Peak { get; init; }

    /// <summary>How it goes on.</summary>
    public RateForm Form { get; init; }

    /// <summary>Epochs of the linear warm-up.</summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Steps of the linear warm-up, beside its epochs.</summary>
    public long WarmUpSteps { get; init; }

    /// <summary>The staircase's factor.</summary>
    public double Decay { get; init; } = 0.97;

    /// <summary>Epochs between two stairs.</summary>
    public double DecayEpochs { get; init; } = 2.4;

    /// <summary>The rate by step.</summary>
    /// <param name="stepsOfEpoch">Steps of an epoch.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of this plan is negative or not finite.</exception>
    public LearningRate For(long stepsOfEpoch, long steps)
    {
        ThrowIfNot(double.IsFinite(Peak) && Peak >= 0, Peak, nameof(Peak));
        ThrowIfNot(double.IsFinite(WarmUpEpochs) && WarmUpEpochs >= 0, WarmUpEpochs, nameof(WarmUpEpochs));
        ThrowIfNot(WarmUpSteps >= 0, WarmUpSteps, nameof(WarmUpSteps));
        ThrowIfNot(Decay is > 0 and <= 1, Decay, nameof(Decay));
        ThrowIfNot(double.IsFinite(DecayEpochs) && DecayEpochs > 0, DecayEpochs, nameof(DecayEpochs));
        long warmUp = Math.Min(steps, WarmUpSteps + (long)Math.Round(WarmUpEpochs * stepsOfEpoch));
        return Form switch
        {
            RateForm.Cosine => new CosineRate { Peak = Peak, WarmUp = warmUp, Steps = steps },
            RateForm.Staircase => new StaircaseRate { Peak = Peak, WarmUp = warmUp, Decay = Decay, Every = DecayEpochs * stepsOfEpoch },
            _ => new ConstantRate { Peak = Peak, WarmUp = warmUp },
        };
    }

    private static void ThrowIfNot(bool holds, double value, string name)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} of a learning rate is out of range.");
    }
}
