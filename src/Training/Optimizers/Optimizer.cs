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
}
