namespace EfficientNet.Training;

/// <summary>Takes a part of the training images away to validate with.</summary>
public static class DatasetSplit
{
    /// <summary>Splits class by class, at random: a function of data set, share and seed. An image that stands in several rows of a table is in one part with all of them.</summary>
    /// <param name="dataset">The data set, in which images of one name are one. Images of any number of labels are taken by their first one.</param>
    /// <param name="share">The part of every class to validate with, above 0 and below 1; rounded, at least one image of a class that has two, and never all. An image in
    /// several rows is of the class of the first.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>Both parts, each in the data set's order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not between 0 and 1.</exception>
    public static (DatasetSubset Train, DatasetSubset Validation) Split(ImageDataset dataset, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (!(share > 0 && share < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share must be above 0 and below 1.");

        var random = new CounterRandom(seed, RandomPurpose.Split);
        bool[] validates = new bool[dataset.Count];
        int[] first = FirstOfName(dataset);
        foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, dataset.Count).Where(index => first[index] == index).GroupBy(index => dataset.LabelsOf(index) is [int label, ..] ? label : dataset.Classes.Count))
        {
            int[] members = [.. ofClass];
            new RandomSequence(random.Of((ulong)ofClass.Key)).Shuffle(members);
            int taken = Math.Clamp((int)Math.Round(share * members.Length), Math.Min(1, members.Length - 1), members.Length - 1);
            foreach (int index in members.AsSpan(0, taken))
                validates[index] = true;
        }

        ILookup<bool, int> parts = Enumerable.Range(0, dataset.Count).ToLookup(index => validates[first[index]]);
        return (new DatasetSubset(dataset, [.. parts[false]]), new DatasetSubset(dataset, [.. parts[true]]));
    }

    /// <summary>For each image the first one of its name.</summary>
    private static int[] FirstOfName(ImageDataset dataset)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] first = new int[dataset.Count];
        for (int index = 0; index < first.Length; index++)
        {
            string name = dataset.NameOf(index);
            if (!seen.TryGetValue(name, out first[index])) seen[name] = first[index] = index;
        }

        return first;
    }
}
