namespace EfficientNet.Training;

/// <summary>Takes a part of the training images away to validate with.</summary>
public static class DatasetSplit
{
    private const ulong Purpose = 0x73706C6974; // apart from the streams of order, augmentation and masks

    /// <summary>Splits class by class, at random: a function of data set, share and seed.</summary>
    /// <param name="dataset">The data set. Images of any number of labels are taken by their first one.</param>
    /// <param name="share">The part of every class to validate with, above 0 and below 1; rounded, at least one image of a class that has two, and never all.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>Both parts, each in the data set's order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not between 0 and 1.</exception>
    public static (DatasetSubset Train, DatasetSubset Validation) Split(ImageDataset dataset, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (!(share > 0 && share < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share must be above 0 and below 1.");

        var random = new CounterRandom(seed, Purpose);
        bool[] validates = new bool[dataset.Count];
        foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, dataset.Count).GroupBy(index => dataset.LabelsOf(index) is [int label, ..] ? label : dataset.Classes.Count))
        {
            int[] members = [.. ofClass];
            new RandomSequence(random.Of((ulong)ofClass.Key)).Shuffle(members);
            int taken = Math.Clamp((int)Math.Round(share * members.Length), Math.Min(1, members.Length - 1), members.Length - 1);
            foreach (int index in members.AsSpan(0, taken))
                validates[index] = true;
        }

        ILookup<bool, int> parts = Enumerable.Range(0, dataset.Count).ToLookup(index => validates[index]);
        return (new DatasetSubset(dataset, [.. parts[false]]), new DatasetSubset(dataset, [.. parts[true]]));
    }
}
