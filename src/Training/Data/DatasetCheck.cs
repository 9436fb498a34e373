using System.Collections.Concurrent;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Reads a whole data set before a run, so that no image ends it after hours.</summary>
public static class DatasetCheck
{
    private const int MostListed = 20;

    /// <summary>Reads every image and looks at every label.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="threads">Threads that read, at least 1.</param>
    /// <param name="progress">Is told how many images have been read, from any thread; or null.</param>
    /// <param name="everyClass">Whether every class must have an image, as those that are learned must; images to judge by may lack some.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="DatasetException">Images cannot be read, labels are no classes, or classes have no image; the first twenty faults are listed, one a line.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no threads.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Check(ImageDataset dataset, int threads = 1, IProgress<int>? progress = null, bool everyClass = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var faults = new ConcurrentDictionary<int, string>();
        int read = 0;
        Parallel.For(0, dataset.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, index =>
        {
            if (FaultOf(dataset, index) is { } fault)
                faults[index] = fault;
            progress?.Report(Interlocked.Increment(ref read));
        });

        string[] all = [.. everyClass ? EmptyClasses(dataset) : [], .. faults.OrderBy(fault => fault.Key).Select(fault => fault.Value)];
        if (all.Length == 0)
            return;
        string rest = all.Length > MostListed ? $"{Environment.NewLine}  and {all.Length - MostListed} more" : "";
        string lines = string.Concat(all.Take(MostListed).Select(fault => $"{Environment.NewLine}  {fault}"));
        throw new DatasetException(dataset.Name, $"{all.Length} {(all.Length == 1 ? "fault" : "faults")} in {dataset.Count} images{lines}{rest}");
    }

    private static string? FaultOf(ImageDataset dataset, int index)
    {
        int classes = dataset.Classes.Count;
        ReadOnlySpan<int> labels = dataset.LabelsOf(index);
        if (!dataset.IsMultiLabel && labels.Length != 1)
            return $"{Text.OneLine(dataset.NameOf(index))}: expected one label, found {labels.Length}";
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)classes)
                return $"{Text.OneLine(dataset.NameOf(index))}: expected a label from 0 to {classes - 1}, found {label}";
        }

        try
        {
            dataset.Read(index);
            return null;
        }
        catch (DatasetException exception)
        {
            return exception.Message;
        }
        catch (OutOfMemoryException)
        {
            return $"{Text.OneLine(dataset.NameOf(index))}: not enough memory";
        }
    }

    private static IEnumerable<string> EmptyClasses(ImageDataset dataset)
    {
        bool[] seen = new bool[dataset.Classes.Count];
        for (int index = 0; index < dataset.Count; index++)
        {
            foreach (int label in dataset.LabelsOf(index))
            {
                if ((uint)label < (uint)seen.Length)
                    seen[label] = true;
            }
        }

        return dataset.Classes.Where((_, number) => !seen[number]).Select(name => $"class {Text.OneLine(name)}: expected at least one image, found none");
    }
}
