using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What a run begins with: random weights, and those of a file in their place.</summary>
internal static class FirstWeights
{
    /// <summary>Gives a trainer its first weights, and warns where those of a file suit the run badly.</summary>
    /// <param name="trainer">The trainer, with its number of classes.</param>
    /// <param name="training">The images that it is to learn from.</param>
    /// <param name="options">The run's.</param>
    /// <exception cref="WeightFileException">The weights to begin with cannot be used.</exception>
    public static void Give(Trainer trainer, ImageDataset training, RunOptions options)
    {
        NetworkDescription network = trainer.Description.Network;
        Initialisation.Apply(trainer, options.Seed, byGroup: RunData.LibraryOf(network) != NamingScheme.TorchVision);
        using WeightFile? weights = options.OpenWeights is { } open ? open() : options.Weights is { } path ? WeightFile.Open(path) : null;
        if (weights is null)
            return;
        bool takesClassifier = trainer.LoadWeights(weights, out NamingScheme scheme);
        if (options.Warning is not { } warning)
            return;
        WeightMetadata metadata = WeightMetadata.Read(weights);
        // Of another resolution nothing is said: training at one's own is what weights are taken for.
        (WeightConventions.Of(weights, scheme, metadata) with { Side = null }).Warn(network, weights, warning);
        if (metadata.Preprocessing is { } said && InputOf(said) is var theirs && InputOf(options.Preprocessing ?? network.Preprocessing) is var ours && theirs != ours)
            warning($"{weights.Name}: its metadata says that images are prepared with {theirs}, and this run prepares them with {ours}: it begins worse than it could");
        if (!takesClassifier)
            warning($"{weights.Name}: its classifier is for another number of classes than {trainer.Classes}; a new one is trained");
        else if (metadata.Labels is { } labels && !labels.SequenceEqual(training.Classes))
            warning($"{weights.Name}: its classifier is for other classes than {training.Name}, or for the same in another order: each begins as the one of its number");
    }

    // What belongs to weights; sides belong to the resolution.
    private static string InputOf(Preprocessing preprocessing)
    {
        return FormattableString.Invariant($"mean {string.Join(' ', preprocessing.Mean)} and std {string.Join(' ', preprocessing.Std)}, {preprocessing.Interpolation.ToString().ToLowerInvariant()}");
    }
}
