using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What a run is told.</summary>
public sealed record RunOptions
{
    /// <summary>The folder that receives checkpoints, weights and metrics.</summary>
    public required string Output { get; init; }

    /// <summary>How it learns.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>How often the training set is gone through, each time in another order. What is left of it for no whole update is left out that time.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images of one pass, which BatchNorm takes its mean and variance over.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes whose gradients make one update.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>What all random numbers follow from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The file of weights to begin with, or what to call those of <see cref="OpenWeights"/>; null for a random beginning.</summary>
    public string? Weights { get; init; }

    /// <summary>Opens weights to begin with that are no file, a resource say; null where <see cref="Weights"/> is one. They are closed when they have been read.</summary>
    public Func<WeightFile>? OpenWeights { get; init; }

    /// <summary>Whose names the written weights get; null for the library's that has such a network: torchvision's where the spec's convention is torchvision's, else timm's.</summary>
    public NamingScheme? Names { get; init; }

    /// <summary>The first part of the network that is trained, a name in <see cref="TrainingDescription.Parts"/>; null to train all.</summary>
    public string? FirstTrained { get; init; }

    /// <summary>From an image to the input; null for the network's.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>How images come to the network's side.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>Threads of the kernels; 0 for one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Threads that prepare batches beside them.</summary>
    public int LoaderThreads { get; init; } = 1;

    /// <summary>Updates between two checkpoints, beside the one after each epoch.</summary>
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Checkpoints that are kept.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Updates between two lines of metrics, beside the one after each epoch.</summary>
    public long LogEvery { get; init; } = 20;

    /// <summary>Whether metrics have a histogram of every tensor after each epoch.</summary>
    public bool Histograms { get; init; }

    /// <summary>Updates that may be refused because a gradient is not finite; one more ends the run.</summary>
    public int MaximumRefused { get; init; } = 10;

    /// <summary>Whether to go on from the newest checkpoint in the folder.</summary>
    public bool Resume { get; init; }

    /// <summary>The kernels; null for the best that the machine has.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>Receives one-line warnings.</summary>
    public Action<string>? Warning { get; init; }
}
