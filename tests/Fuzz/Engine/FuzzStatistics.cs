namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>What one run tried, and what came of it.</summary>
internal sealed class FuzzStatistics(string target, ulong seed)
{
    public string Target { get; } = target;

    public ulong Seed { get; } = seed;

    /// <summary>Files of the corpus.</summary>
    public int Seeds { get; init; }

    /// <summary>Inputs that once found something.</summary>
    public int Regressions { get; init; }

    /// <summary>Files of the corpus that were cut short.</summary>
    public long Cuts { get; set; }

    /// <summary>Inputs that were made at random.</summary>
    public long Random { get; set; }

    /// <summary>All inputs.</summary>
    public long Executions { get; set; }

    /// <summary>Inputs, apart from those that were cut, that begin as the format does.</summary>
    public long Headers { get; private set; }

    /// <summary>Inputs, apart from those that were cut, that the parser took.</summary>
    public long Accepted { get; private set; }

    /// <summary>Inputs that took a branch which none before had taken; only where the run is guided.</summary>
    public int Discovered { get; set; }

    /// <summary>The most bytes that one input made the parser allocate.</summary>
    public long MostAllocated { get; set; }

    /// <summary>How long the random inputs took.</summary>
    public TimeSpan Elapsed { get; set; }

    public List<string> Findings { get; } = [];

    /// <summary>The part of the inputs that begin as the format does.</summary>
    public double HeaderShare => (double)Headers / Math.Max(1, Executions - Cuts);

    /// <summary>The part of the inputs that the parser took.</summary>
    public double AcceptedShare => (double)Accepted / Math.Max(1, Executions - Cuts);

    public void Take(Verdict verdict, bool passesHeader)
    {
        if (passesHeader) Headers++;
        if (verdict.Accepted) Accepted++;
    }
}
