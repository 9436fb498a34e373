namespace EfficientNet.Runtime;

/// <summary>What one worker gets for one step of an optimizer over the flat parameters. All pointers are to floats; those to parameters, gradients
/// and the optimizer's memories are on 64-byte boundaries.</summary>
public readonly unsafe struct UpdateFrame
{
    /// <summary>The parameters.</summary>
    public float* Parameters { get; init; }

    /// <summary>Their gradients.</summary>
    public float* Gradients { get; init; }

    /// <summary>The optimizer's first memory: momentum, or AdamW's mean.</summary>
    public float* First { get; init; }

    /// <summary>The optimizer's second memory: the mean square; null where it has none.</summary>
    public float* Second { get; init; }

    /// <summary>The optimizer's numbers, as its kernel's contract lists them.</summary>
    public float* Options { get; init; }

    /// <summary>For each line of 16 parameters the factor of weight decay: 1, or 0 where it has none.</summary>
    public float* Decay { get; init; }

    /// <summary>Lines of 16 parameters.</summary>
    public nint Lines { get; init; }

    /// <summary>The optimizer.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>This worker's number, from 0.</summary>
    public nint Worker { get; init; }

    /// <summary>Number of workers.</summary>
    public nint Workers { get; init; }

    /// <summary>Where the workers meet.</summary>
    public TeamBarrier Barrier { get; init; }

    /// <summary>The kernels to run.</summary>
    public InstructionSet InstructionSet { get; init; }
}
