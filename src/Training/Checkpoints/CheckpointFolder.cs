using System.Globalization;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A folder with a run's last checkpoints. Files of other names are left alone.</summary>
public sealed class CheckpointFolder
{
    private const string Beginning = "checkpoint-", Ending = ".safetensors";

    private readonly string _folder;
    private readonly int _keep;
    private readonly Action<string>? _warning;

    // Those that were found damaged when the newest whole one was looked for: they do not count as kept. An older one that nobody has read may be damaged too.
    private readonly HashSet<long> _damaged = [];

    /// <summary>Opens a folder, which is created if it is not there, and removes what an interrupted run left half written.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keep">Checkpoints that are kept, at least 1.</param>
    /// <param name="warning">Receives one line about each damaged checkpoint; null for no one.</param>
    /// <exception cref="ArgumentOutOfRangeException">None are to be kept.</exception>
    /// <exception cref="IOException">The folder cannot be created or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public CheckpointFolder(string folder, int keep, Action<string>? warning = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keep);
        _folder = folder;
        _keep = keep;
        _warning = warning;
        Directory.CreateDirectory(folder);
        WholeFile.RemoveUnfinished(folder, $"{Beginning}*{Ending}");
    }

    /// <summary>Writes a checkpoint, and once it is on the disk removes those that are older than the ones to keep.</summary>
    /// <param name="trainer">The trainer, between two steps.</param>
    /// <param name="average">Its moving average, or null.</param>
    /// <param name="state">Where the run is.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written; the others are still there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public string Save(Trainer trainer, MovingAverage? average, RunState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Beginning}{state.Step:D10}{Ending}"));
        Checkpoint.Save(path, trainer, average, state);
        FolderEntries.Flush(_folder);
        _damaged.Remove(state.Step);
        string[] all = [.. NewestFirst()];
        // A later one is damaged, or this one would not have been written: it must not count as one that is kept.
        long[] whole = [.. all.Select(other => StepOf(other)!.Value).Where(step => step <= state.Step && !_damaged.Contains(step))];
        long oldest = whole[Math.Min(_keep, whole.Length) - 1];
        foreach (string old in all.SkipWhile(other => StepOf(other) >= oldest)) File.Delete(old);
        return path;
    }

    /// <summary>The newest checkpoint that is whole; null where there is none at all.</summary>
    /// <exception cref="CheckpointException">There are some, and none of them is whole.</exception>
    public string? Latest()
    {
        return ReadLatest()?.Path;
    }

    /// <summary>The newest checkpoint that is whole, read once; null where there is none at all.</summary>
    /// <exception cref="CheckpointException">There are some, and none of them is whole.</exception>
    internal CheckpointContent? ReadLatest()
    {
        CheckpointException? last = null;
        string[] paths = [.. NewestFirst()];
        foreach (string path in paths)
        {
            try
            {
                return Checkpoint.Read(path);
            }
            catch (CheckpointException exception)
            {
                last = exception;
                _damaged.Add(StepOf(path)!.Value);
                if (path != paths[^1]) _warning?.Invoke($"{exception.Message}; the one before it is taken");
            }
        }

        return last is null ? null : throw last;
    }

    private IEnumerable<string> NewestFirst() => Directory.GetFiles(_folder, $"{Beginning}*{Ending}").Where(path => StepOf(path) is not null).OrderByDescending(StepOf);

    // Null for a name that is none of a checkpoint.
    private static long? StepOf(string path)
    {
        string name = Path.GetFileName(path);
        return long.TryParse(name[Beginning.Length..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
    }
}
