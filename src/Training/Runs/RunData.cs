using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Whether data and network go together, and how the one becomes batches for the other.</summary>
internal static class RunData
{
    /// <exception cref="RunException">They do not.</exception>
    public static void ThrowIfUnfit(NetworkDescription network, ImageDataset training, ImageDataset? validation, RunOptions options)
    {
        int classes = training.Classes.Count;
        if (classes > network.Classes)
            throw new RunException($"{training.Name}: has {classes} classes, and {network.Name} {network.Classes}: give its spec as many in a project of your own");
        if (classes < 2 && !training.IsMultiLabel)
            throw new RunException($"{training.Name}: has {classes} {(classes == 1 ? "class" : "classes")}: there is nothing to tell apart");
        if (training.Count < options.BatchSize * (long)options.Accumulation)
            throw new RunException($"{training.Name}: has {training.Count} images, fewer than one update takes ({options.BatchSize * (long)options.Accumulation}): make the batch smaller");
        if (options.Preprocessing is { } preprocessing && preprocessing.Crop != network.Resolution)
            throw new RunException($"preprocessing: makes images of {preprocessing.Crop} × {preprocessing.Crop} pixels, and {network.Name} takes {network.Resolution} × {network.Resolution}");
        if (validation is null) return;
        if (validation.IsMultiLabel != training.IsMultiLabel || !validation.Classes.SequenceEqual(training.Classes))
            throw new RunException($"{validation.Name}: has other classes than {training.Name}: {Some(validation)} instead of {Some(training)}");
        if (validation.Count == 0)
            throw new RunException($"{validation.Name}: has no images to judge by{(validation is DatasetSubset ? $": {training.Count} images leave none for it; name others" : "")}");
    }

    /// <summary>Updates of an epoch; images that make no whole one are left out.</summary>
    public static int StepsOfEpoch(ImageDataset training, RunOptions options)
    {
        return training.Count / options.BatchSize / options.Accumulation;
    }

    /// <summary>The number of a part of the network.</summary>
    /// <exception cref="RunException">There is none of that name.</exception>
    public static int PartOf(TrainingDescription description, string? name)
    {
        if (name is null) return 0;
        for (int i = 0; i < description.Parts.Count; i++)
        {
            if (description.Parts[i] == name) return i;
        }

        throw new RunException($"{description.Network.Name} has no part {name}: its parts are {string.Join(", ", description.Parts)}");
    }

    /// <summary>The library that has such a network: its names load weights there, and its way of beginning is the network's.</summary>
    public static NamingScheme LibraryOf(NetworkDescription network)
    {
        return network.Convention == NamingScheme.TorchVision.Spelling() ? NamingScheme.TorchVision : NamingScheme.Timm;
    }

    /// <summary>Batches from a place of the run on.</summary>
    /// <param name="training">The images.</param>
    /// <param name="options">The run's.</param>
    /// <param name="network">Whose input they become.</param>
    /// <param name="first">Batches that were used.</param>
    /// <param name="stepsOfEpoch">Updates of an epoch.</param>
    public static BatchLoader Batches(ImageDataset training, RunOptions options, NetworkDescription network, long first, long stepsOfEpoch)
    {
        return new BatchLoader(training, options.Preprocessing ?? network.Preprocessing, new BatchLoaderOptions
        {
            BatchSize = options.BatchSize,
            BatchesPerEpoch = (int)(stepsOfEpoch * options.Accumulation),
            Seed = options.Seed,
            Augmentation = Augmentation.FromName(options.Recipe.Augmentation),
            Threads = options.LoaderThreads,
            FirstBatch = first,
            Shuffle = true,
            Fit = options.Fit,
        });
    }

    /// <summary>Images of the last batch whose likeliest class is the one that the batch says most of; for many labels, images whose every class is on the right side of ½.</summary>
    public static int Right(Trainer trainer, Batch batch, bool isMultiLabel)
    {
        int right = 0;
        for (int image = 0; image < batch.Count; image++)
        {
            ReadOnlySpan<float> logits = trainer.Logits(image);
            if (batch.Targets.IsEmpty)
                right += IndexOfLargest(logits) == batch.Labels[image] ? 1 : 0;
            else if (isMultiLabel)
                right += Agree(logits, batch.Targets.Slice(image * logits.Length, logits.Length)) ? 1 : 0;
            else
                right += IndexOfLargest(logits) == IndexOfLargest(batch.Targets.Slice(image * logits.Length, logits.Length)) ? 1 : 0;
        }

        return right;
    }

    private static bool Agree(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > 0 != targets[i] > 0.5f) return false;
        }

        return true;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        Session.TopK(values, new Span<int>(ref largest));
        return largest;
    }

    private static string Some(ImageDataset data)
    {
        return $"{data.Classes.Count} ({string.Join(", ", data.Classes.Take(5))}{(data.Classes.Count > 5 ? ", …" : "")})";
    }
}
