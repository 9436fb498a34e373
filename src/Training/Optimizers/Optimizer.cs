using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>An update rule and its constants. Rules are immutable; a trainer keeps their memory.</summary>
public abstract record Optimizer
{
    /// <summary>λ, the weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether biases and BatchNorm decay too. By default they do not: shrinking them regularises nothing.</summary>
    public bool DecaysAll { get; init; }

    /// <summary>The rule's kernel.</summary>
    internal abstract OptimizerKind Kind { get; }

    /// <summary>Whether there is a second memory, the mean square.</summary>
    internal virtual bool HasSecond => true;

    /// <summary>What the mean square begins with.</summary>
    internal virtual float FirstSquare => 0;

    /// <summary>Writes the kernel's options behind those that all share: factor of the gradient, rate, decay.</summary>
    /// <param name="options">From the fourth on.</param>
    /// <param name="rate">η.</param>
    /// <param name="step">The update's number, from 1.</param>
    internal abstract void Write(Span<float> options, double rate, long step);

    /// <exception cref="ArgumentOutOfRangeException">A constant is out of range.</exception>
    internal virtual void ThrowIfOutOfRange()
    {
        ThrowIfNot(double.IsFinite(WeightDecay) && WeightDecay >= 0, WeightDecay, "finite and not negative", nameof(WeightDecay));
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is not what was expected.</exception>
    internal static void ThrowIfNot(bool holds, double value, string expected, string name)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} has to be {expected}.");
    }

    /// <summary>What a mean or a momentum keeps of itself: a mean that keeps all never moves, and AdamW's correction of it would divide by zero.</summary>
    private protected static void ThrowIfNotKept(double value, string name)
    {
        ThrowIfNot(value >= 0 && (float)value < 1, value, "at least 0 and, as a float, below 1", name);
    }

    /// <summary>Where a mean square is zero, as in padding, nothing else keeps 0 / 0 away.</summary>
    private protected static void ThrowIfNotEpsilon(double value)
    {
        ThrowIfNot(float.IsFinite((float)value) && (float)value > 0, value, "finite and, as a float, above 0", "Epsilon");
    }
}

/// <summary>Stochastic gradient descent with momentum, as PyTorch has it: the decay is part of the gradient.</summary>
public sealed record SgdOptimizer : Optimizer
{
    /// <summary>μ.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the step looks ahead (Nesterov).</summary>
    public bool Nesterov { get; init; }

    internal override OptimizerKind Kind => OptimizerKind.Sgd;

    internal override bool HasSecond => false;

    internal override void Write(Span<float> options, double rate, long step)
    {
        options[0] = (float)Momentum;
        options[1] = Nesterov ? 1 : 0;
    }

    internal override void ThrowIfOutOfRange()
    {
        base.ThrowIfOutOfRange();
        ThrowIfNotKept(Momentum, nameof(Momentum));
    }
}

/// <summary>RMSProp with momentum: the paper's optimizer in TensorFlow's form, or PyTorch's.</summary>
public sealed record RmsPropOptimizer : Optimizer
{
    /// <summary>μ.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>α, what the mean square keeps.</summary>
    public double Alpha { get; init; } = 0.9;

    /// <summary>ε.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>ε inside the root, the mean square from 1, the rate inside the momentum, as TensorFlow has it; otherwise PyTorch's form.</summary>
    public bool TensorFlow { get; init; } = true;

    internal override OptimizerKind Kind => TensorFlow ? OptimizerKind.RmsPropTensorFlow : OptimizerKind.RmsProp;

    internal override float FirstSquare => TensorFlow ? 1 : 0;

    internal override void Write(Span<float> options, double rate, long step)
    {
        options[0] = (float)Momentum;
        options[1] = (float)Alpha;
        options[2] = (float)(1 - Alpha);
        options[3] = (float)Epsilon;
    }

    internal override void ThrowIfOutOfRange()
    {
        base.ThrowIfOutOfRange();
        ThrowIfNotKept(Momentum, nameof(Momentum));
        ThrowIfNotKept(Alpha, nameof(Alpha));
        ThrowIfNotEpsilon(Epsilon);
    }
}

/// <summary>AdamW (Loshchilov, Hutter 2019): the decay is apart from the gradient, and scaled by the rate.</summary>
public sealed record AdamWOptimizer : Optimizer
{
    /// <summary>β₁, what the mean keeps.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, what the mean square keeps.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override OptimizerKind Kind => OptimizerKind.AdamW;

    internal override void Write(Span<float> options, double rate, long step)
    {
        options[0] = (float)Beta1;
        options[1] = (float)(1 - Beta1);
        options[2] = (float)Beta2;
        options[3] = (float)(1 - Beta2);
        options[4] = (float)Epsilon;
        options[5] = (float)(rate / (1 - Math.Pow(Beta1, step)));
        options[6] = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
    }

    internal override void ThrowIfOutOfRange()
    {
        base.ThrowIfOutOfRange();
        ThrowIfNotKept(Beta1, nameof(Beta1));
        ThrowIfNotKept(Beta2, nameof(Beta2));
        ThrowIfNotEpsilon(Epsilon);
    }
}
