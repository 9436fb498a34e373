namespace EfficientNet.Runtime;

/// <summary>A weight file that has exactly the tensors of a network, and what it was made for.</summary>
/// <param name="Scheme">Whose names its tensors have.</param>
/// <param name="Classes">Rows of its classifier: the network's classes, or fewer.</param>
/// <param name="Metadata">What it says about itself.</param>
/// <param name="Conventions">What its weights were trained with, as far as it shows.</param>
internal sealed record CheckedWeights(NamingScheme Scheme, int Classes, WeightMetadata Metadata, WeightConventions Conventions)
{
    /// <summary>Checks a file before any tensor is read.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file.</param>
    /// <param name="warning">Receives one line for each convention that is not the network's; null for no one.</param>
    /// <exception cref="WeightFileException">The file does not fit the network, or its metadata cannot be understood.</exception>
    public static CheckedWeights Of(NetworkDescription network, WeightFile file, Action<string>? warning)
    {
        (NamingScheme scheme, int classes) = WeightInventory.Check(network, file);
        WeightMetadata metadata = WeightMetadata.Read(file);
        WeightConventions conventions = WeightConventions.Of(file, scheme, metadata);
        if (warning is not null)
            conventions.Warn(network, file, warning);
        return new CheckedWeights(scheme, classes, metadata, conventions);
    }

    /// <summary>What a file made of this one is to say: the network's metadata, but preprocessing and labels of an image as this file says, and
    /// padding and epsilon as it says or its names suggest; without BatchNorm there is no epsilon.</summary>
    /// <param name="network">The network.</param>
    /// <param name="labels">The names of the classes; null for those that the file brings along, else the network's.</param>
    /// <param name="file">What to call the file in messages.</param>
    /// <exception cref="ArgumentException">There is another number of labels than of classes.</exception>
    /// <exception cref="WeightFileException">None are given, and the file has another number of them.</exception>
    public WeightMetadata Describe(NetworkDescription network, IReadOnlyList<string>? labels, string file)
    {
        if (labels is null)
            Metadata.ThrowIfNotOf(network, Classes, file);
        return WeightMetadata.Of(network, labels ?? Metadata.Labels ?? network.Labels, Classes) with
        {
            Padding = Conventions.Padding ?? network.Padding,
            Epsilon = network.Epsilon == 0 ? 0 : Conventions.TrainedEpsilon ?? network.Epsilon,
            Preprocessing = Metadata.PreprocessingFor(network),
            IsMultiLabel = Metadata.IsMultiLabel,
        };
    }
}
