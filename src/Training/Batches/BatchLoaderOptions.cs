namespace EfficientNet.Training;

/// <summary>How batches are made of a data set.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Images of a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches of an epoch; 0 for as many as there are. What is over is left out, and is another in each epoch.</summary>
    public int BatchesPerEpoch { get; init; }

    /// <summary>The run's seed, for order and augmentation.</summary>
    public ulong Seed { get; init; }

    /// <summary>How images are varied; not at all at first.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>How images come to the network's side; what is padded is cropped after that.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Resize;

    /// <summary>Threads that prepare batches, at least 1. They yield to those that compute.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Batches that may be ready before they are taken, at least 1; as many as threads where that is more.</summary>
    public int Ahead { get; init; } = 2;

    /// <summary>The number of the first batch, counted from the run's beginning: where a run is resumed.</summary>
    public long FirstBatch { get; init; }

    /// <summary>Whether each epoch has an order of its own, a function of seed and epoch; otherwise the data set's.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether an epoch ends with a smaller batch where the images do not divide; otherwise those are left out of that epoch.</summary>
    public bool KeepLast { get; init; }

    /// <summary>Bytes of decoded images that are kept for the next epochs; what does not fit is decoded again. 256 MiB at first.</summary>
    public long CacheBytes { get; init; } = 256L << 20;

    /// <summary>Every image once in the data set's order, as evaluation takes them; none is kept, because none is asked for again.</summary>
    /// <param name="batchSize">Images of a batch.</param>
    public static BatchLoaderOptions ForEvaluation(int batchSize)
    {
        return new BatchLoaderOptions { BatchSize = batchSize, Shuffle = false, KeepLast = true, CacheBytes = 0 };
    }

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Check()
    {
        Require(BatchSize >= 1, $"{nameof(BatchSize)} {BatchSize} must be at least 1.");
        Require(BatchesPerEpoch >= 0, $"{nameof(BatchesPerEpoch)} {BatchesPerEpoch} must be at least 0.");
        Require(Threads >= 1, $"{nameof(Threads)} {Threads} must be at least 1.");
        Require(Ahead >= 1, $"{nameof(Ahead)} {Ahead} must be at least 1.");
        Require(FirstBatch >= 0, $"{nameof(FirstBatch)} {FirstBatch} must be at least 0.");
        Require(CacheBytes >= 0, $"{nameof(CacheBytes)} {CacheBytes} must be at least 0.");
        Require(Enum.IsDefined(Fit), $"{nameof(Fit)} {Fit} is unknown.");
        Augmentation.Check();
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message, "options");
    }
}
