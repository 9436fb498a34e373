using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A run's folder: what lies where, and that only one run at a time writes there.</summary>
/// <param name="path">The folder.</param>
internal sealed class RunFolder(string path) : IDisposable
{
    // EAGAIN of Linux and of BSD's descendants, Windows's sharing violation.
    private static readonly int[] InUse = [11, 35, 32];

    private FileStream? _lock;
    private bool _hadCheckpoints;

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Checkpoints: everything that is needed to go on.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The weights after the last epoch, for inference.</summary>
    public string LastWeights => System.IO.Path.Combine(Path, "last.safetensors");

    /// <summary>The weights of the epoch that did best on images that it was not trained on.</summary>
    public string BestWeights => System.IO.Path.Combine(Path, "best.safetensors");

    /// <summary>One row for each line of metrics.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.csv");

    /// <summary>Curves, confusion and mistakes as one page.</summary>
    public string Report => System.IO.Path.Combine(Path, "report.html");

    private string[] Files => [LastWeights, BestWeights, Metrics, Report];

    /// <summary>Refuses a folder that a new run cannot begin in. It looks at names alone.</summary>
    /// <exception cref="RunException">It is a file, or has what a run writes.</exception>
    public void ThrowIfTaken()
    {
        ThrowIfFile();
        if (Files.Any(File.Exists)) throw Taken();
    }

    /// <summary>What is said of a folder with another run's results.</summary>
    public RunException Taken() => HadCheckpoints
        ? new RunException($"{Path}: holds a run already: resume it, or name another folder")
        : new RunException($"{Path}: holds a run without its checkpoints, from which it could go on: name another folder");

    // Whoever opens the folder makes that of checkpoints too.
    private bool HadCheckpoints => _lock is null ? Directory.Exists(Checkpoints) : _hadCheckpoints;

    /// <summary>Refuses results to which nothing leads: a run that has no checkpoint yet has made their folder, and begins anew without a loss.</summary>
    /// <exception cref="RunException">There are such.</exception>
    public void ThrowIfCheckpointsAreGone()
    {
        if (!HadCheckpoints) ThrowIfTaken();
    }

    private void ThrowIfFile()
    {
        string whole = System.IO.Path.GetFullPath(Path);
        for (string? folder = whole; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder)) throw new RunException($"{Path}: {(folder == whole ? "" : $"{folder} ")}is a file: expected a folder");
        }
    }

    /// <summary>Creates the folder, keeps other runs out, and removes what an interrupted run left half written.</summary>
    /// <exception cref="RunException">Another run is in it.</exception>
    public void Open()
    {
        ThrowIfFile();
        Directory.CreateDirectory(Path);
        try
        {
            _lock = new FileStream(System.IO.Path.Combine(Path, "run.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (InUse.Contains(exception.HResult & 0xFFFF))
        {
            throw new RunException($"{Path}: is in use by another run", exception);
        }

        _hadCheckpoints = Directory.Exists(Checkpoints);
        foreach (string file in Files) WholeFile.RemoveUnfinished(Path, System.IO.Path.GetFileName(file));
    }

    /// <summary>Takes back what <see cref="Open"/> made, if nothing else is in it.</summary>
    public void RemoveIfEmpty()
    {
        // Another run's folder is not to be touched.
        if (_lock is null) return;
        Dispose();
        foreach (string folder in new[] { Checkpoints, Path })
        {
            // An empty folder of checkpoints that was there says that its run has none yet.
            if (folder == Checkpoints && _hadCheckpoints) continue;
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
    }

    /// <summary>Lets other runs in.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }
}
