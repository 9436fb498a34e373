using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What lies where in a run's folder.</summary>
/// <param name="Path">The folder.</param>
internal sealed record RunFolder(string Path)
{
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

    /// <summary>Creates the folder, and removes what an interrupted run left half written.</summary>
    public void Open()
    {
        Directory.CreateDirectory(Path);
        foreach (string file in new[] { LastWeights, BestWeights, Metrics, Report }) WholeFile.RemoveUnfinished(Path, System.IO.Path.GetFileName(file));
    }
}
