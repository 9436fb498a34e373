namespace EfficientNet.Cli.Benchmarking;

/// <summary>How one measurement is made.</summary>
/// <param name="Threads">Threads of a pass.</param>
/// <param name="Batch">Images of a pass.</param>
/// <param name="Passes">Passes to time; 0 for as many as <paramref name="Seconds"/> allow.</param>
/// <param name="Seconds">About how long passes are timed.</param>
/// <param name="Profiles">Whether the steps are timed too, in passes of their own.</param>
internal sealed record BenchmarkSettings(int Threads, int Batch, int Passes, int Seconds, bool Profiles)
{
    /// <summary>Rounds: after each the peak is measured, so that a slow minute of the machine falls on both.</summary>
    public int Rounds => Passes == 0 ? MostRounds : Math.Min(MostRounds, Passes);

    private const int MostRounds = 10;
}
