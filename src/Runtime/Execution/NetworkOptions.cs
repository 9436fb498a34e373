namespace EfficientNet.Runtime;

/// <summary>What may be asked for when a network is loaded.</summary>
public sealed record NetworkOptions
{
    /// <summary>The processor's best instruction set, and no one to warn.</summary>
    public static NetworkOptions Default { get; } = new();

    /// <summary>The kernels to run; null for the best available. <see cref="Hardware.Choose(InstructionSet?)"/> has the rules.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>
    /// Uses a file of packed weights where the system's file cache has it, instead of a copy: processes share the memory, and on some machines a start is sooner. Of all
    /// other files, and of streams, there is a copy as ever.
    /// </summary>
    /// <remarks>The file must stay as it is while the network and its sessions live. Another file may take its name, as <see cref="WholeFile"/> and <c>mv</c> do it; but who
    /// writes into it changes the weights of a running network, and if it is cut short, or its disk fails, the system ends the process.</remarks>
    public bool MapWeights { get; init; }

    /// <summary>Receives one-line warnings about things that are probably mistakes but not errors.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>Asks to give up loading, which then ends with an <see cref="OperationCanceledException"/>: looked at before each layer is read, and of packed files before each part of them.</summary>
    public CancellationToken CancellationToken { get; init; }
}
