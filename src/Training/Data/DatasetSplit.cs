namespace EfficientNet.Training;

/// <summary>Sets images aside to judge by.</summary>
public static class DatasetSplit
{
    private const ulong Purpose = 0x73706C69; // apart from every other stream of the seed

    /// <summary>Cuts a data set in two, class by class, so that both parts have the same mixture; images with several labels count with their first.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="share">The part to set aside, between 0 and 1; of a class with two images or more at least one, and never all.</param>
    /// <param name="seed">What the choice follows from.</param>
    /// <returns>What is left, and what was set aside; both in the data set's order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    public static (ImageDataset Training, ImageDataset Validation) Split(ImageDataset data, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The part to set aside is between 0 and 1.");
        var random = new CounterRandom(seed, Purpose);
        var aside = new HashSet<int>();
        foreach (IGrouping<int, int> images in Enumerable.Range(0, data.Count).GroupBy(index => data.LabelsOf(index) is [int first, ..] ? first : -1))
        {
            int[] all = images.ToArray();
            int count = all.Length < 2 ? 0 : Math.Clamp((int)Math.Round(share * all.Length), 1, all.Length - 1);
            aside.UnionWith(all.OrderBy(index => random.Bits((ulong)index)).ThenBy(index => index).Take(count));
        }

        return (new DatasetSubset(data, Enumerable.Range(0, data.Count).Where(index => !aside.Contains(index))), new DatasetSubset(data, aside.Order()));
    }
}
