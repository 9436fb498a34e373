namespace EfficientNet.Training;

/// <summary>Reads a whole data set before hours are spent on its first half.</summary>
public static class DatasetCheck
{
    private const int Shown = 20;

    /// <summary>Reads every image, and looks for classes without any.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="threads">Threads that read.</param>
    /// <param name="progress">Told after every image, from any of the threads, one at a time; null for no one.</param>
    /// <param name="cancellation">Ends the work between two images.</param>
    /// <exception cref="DatasetException">Images cannot be read, or a class has none: the message has up to twenty of them, each with its file.</exception>
    public static void Check(ImageDataset data, int threads, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var failures = new SortedDictionary<int, string>();
        int done = 0;
        Parallel.For(0, data.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, index =>
        {
            string? failure = null;
            try
            {
                data.Read(index);
            }
            catch (DatasetException exception)
            {
                failure = exception.Message;
            }

            lock (failures)
            {
                if (failure is not null) failures.Add(index, failure);
                progress?.Report(++done);
            }
        });

        var seen = new bool[data.Classes.Count];
        for (int index = 0; index < data.Count; index++)
        {
            foreach (int label in data.LabelsOf(index)) seen[label] = true;
        }

        List<string> problems = failures.Values.ToList();
        problems.AddRange(Enumerable.Range(0, seen.Length).Where(number => !seen[number]).Select(number => $"the class {data.Classes[number]} has no image"));
        if (problems.Count == 0) return;
        string more = problems.Count > Shown ? $"\n  and {problems.Count - Shown} more" : "";
        throw new DatasetException(data.Name, $"{problems.Count} {(problems.Count == 1 ? "problem" : "problems")} in {data.Count} images:\n  {string.Join("\n  ", problems.Take(Shown))}{more}");
    }
}
