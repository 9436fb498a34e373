namespace EfficientNet.Training;

/// <summary>Where a run is, beside what its trainer holds.</summary>
public sealed record RunState
{
    /// <summary>Updates that were made.</summary>
    public long Step { get; init; }

    /// <summary>Epochs that have ended.</summary>
    public int Epoch { get; init; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whatever else a run wants to find again, by name.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
