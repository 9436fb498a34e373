namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>How a training graph is run.</summary>
internal sealed record TrainingMode
{
    /// <summary>Batch statistics, and nothing dropped.</summary>
    public static readonly TrainingMode Plain = new();

    /// <summary>Whether every BatchNorm normalises with its running statistics and leaves them as they are.</summary>
    public bool FrozenBatchNorm { get; init; }

    /// <summary>
    /// Factors (0 or 1 / (1 − rate)) of dropout and stochastic depth by the operation's name, as <see cref="Masking"/> takes them;
    /// an operation that is not named drops nothing.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Factors { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>What becomes of every value of a gradient on its way from one operation to another; nothing where absent.</summary>
    public Func<double, double>? Disturbance { get; init; }
}
