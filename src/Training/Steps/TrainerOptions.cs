using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What a trainer is made for.</summary>
public sealed record TrainerOptions
{
    /// <summary>One thread for each processor, batches of up to 32.</summary>
    public static TrainerOptions Default { get; } = new();

    /// <summary>Threads that share each step, the caller's included; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Images that one step can take. Memory grows with it; larger batches are made of several steps' gradients.</summary>
    public int MaximumBatch { get; init; } = 32;

    /// <summary>Classes to train, up to the network's; 0 for all of them. The others get no gradient, and the trainer's classifier has as many rows as this.</summary>
    public int Classes { get; init; }

    /// <summary>The kernels; null for the best that the machine has.</summary>
    public InstructionSet? InstructionSet { get; init; }
}
