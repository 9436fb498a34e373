using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>How a data set is gone through.</summary>
public sealed record EvaluatorOptions
{
    /// <summary>Batches of 32 on one thread per processor.</summary>
    public static EvaluatorOptions Default { get; } = new();

    /// <summary>Images that are prepared and passed through the network together.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads of the kernels; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Threads that prepare batches beside them.</summary>
    public int LoaderThreads { get; init; } = 1;

    /// <summary>How images come to the network's side.</summary>
    public ImageFit Fit { get; init; }
}

/// <summary>Judges a network by a data set.</summary>
public static class Evaluator
{
    /// <summary>Passes every image through the network, once, in order, and compares.</summary>
    /// <param name="network">The network, with its own preprocessing; it stays the caller's.</param>
    /// <param name="data">Images of the network's classes.</param>
    /// <param name="options">Batches and threads; null for the defaults.</param>
    /// <param name="progress">Called after every batch with the number of images so far; null for no one.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">The data set has another number of classes than the network's weights.</exception>
    /// <exception cref="DatasetException">An image cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Evaluation Evaluate(CompiledNetwork network, ImageDataset data, EvaluatorOptions? options = null, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        options ??= EvaluatorOptions.Default;
        if (data.Classes.Count != network.KnownClasses)
            throw new ArgumentException($"{data.Name} has {data.Classes.Count} classes, and the weights of {network.Network.Name} know {network.KnownClasses}.", nameof(data));

        using var batches = new BatchLoader(data, network.Preprocessing, BatchLoaderOptions.ForEvaluation(options.BatchSize) with { Threads = options.LoaderThreads, Fit = options.Fit });
        using Session session = network.CreateSession(options.Threads, options.BatchSize);
        var logits = new float[options.BatchSize * network.Network.Classes];
        var evaluation = new Evaluation(data.Classes, data.IsMultiLabel);
        for (int seen = 0; seen < data.Count; progress?.Invoke(seen))
        {
            Batch batch = batches.Take(cancellation);
            session.Forward(batch.Images, logits.AsSpan(0, batch.Count * network.Network.Classes));
            for (int image = 0; image < batch.Count; image++)
                evaluation.Add(logits.AsSpan(image * network.Network.Classes, network.KnownClasses), data.LabelsOf(batch.Indices[image]), batch.Indices[image]);
            seen += batch.Count;
        }

        return evaluation;
    }
}
