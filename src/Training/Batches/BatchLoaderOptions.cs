namespace EfficientNet.Training;

/// <summary>How batches are made.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Images of a batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches of an epoch; 0 for as many as the data set has. What is left over is another each epoch.</summary>
    public int BatchesPerEpoch { get; init; }

    /// <summary>What order and augmentation follow from.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is done to images at random.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>Whether each epoch has an order of its own; otherwise it is the data set's.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Whether an epoch's last batch may be smaller; otherwise its images are left out.</summary>
    public bool KeepLast { get; init; }

    /// <summary>How images come to the network's side.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>The first batch's number in the run: batches depend on their numbers alone, so that a run goes on where it stopped.</summary>
    public long FirstBatch { get; init; }

    /// <summary>Threads that read and prepare images, each a whole batch.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Batches that are ready or in the making, at least.</summary>
    public int Ahead { get; init; } = 4;
}
