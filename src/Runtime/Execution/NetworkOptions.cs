namespace EfficientNet.Runtime;

/// <summary>What may be asked for when a network is loaded.</summary>
public sealed record NetworkOptions
{
    /// <summary>The processor's best instruction set, and no one to warn.</summary>
    public static NetworkOptions Default { get; } = new();

    /// <summary>The kernels to run; null for the best available. <see cref="Hardware.Choose(InstructionSet?)"/> has the rules.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>Receives one-line warnings about things that are probably mistakes but not errors.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>Asks to give up loading, which then ends with an <see cref="OperationCanceledException"/>: looked at before each layer is read.</summary>
    public CancellationToken CancellationToken { get; init; }
}
