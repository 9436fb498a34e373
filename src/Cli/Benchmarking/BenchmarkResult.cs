using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>What was measured with one number of threads.</summary>
/// <param name="Network">The network.</param>
/// <param name="InstructionSet">Whose kernels ran.</param>
/// <param name="Weights">Where the weights came from.</param>
/// <param name="Threads">Threads of a pass.</param>
/// <param name="Batch">Images of a pass.</param>
/// <param name="Rounds">Milliseconds of every pass, by rounds.</param>
/// <param name="Peaks">The FMA peak after each round, GFLOP/s, with as many threads and vectors as wide.</param>
/// <param name="Profile">The steps; null where nobody asked.</param>
internal sealed record BenchmarkResult(
    NetworkDescription Network,
    InstructionSet InstructionSet,
    WeightSource Weights,
    int Threads,
    int Batch,
    double[][] Rounds,
    double[] Peaks,
    StepProfile? Profile)
{
    /// <summary>Milliseconds of every pass.</summary>
    public IEnumerable<double> Milliseconds => Rounds.SelectMany(round => round);

    /// <summary>Passes that were timed.</summary>
    public int Passes => Rounds.Sum(round => round.Length);

    /// <summary>Images a second in the median pass.</summary>
    public double ImagesPerSecond => 1000 * Batch / Milliseconds.Median();

    /// <summary>GFLOP/s of the median pass, 2 operations a multiply-add of the network.</summary>
    public double Gigaflops => GigaflopsOf(Milliseconds.Median());

    /// <summary>The median of the peaks.</summary>
    public double Peak => Peaks.Median();

    /// <summary>Each round's median pass against the peak after it; the median of the rounds.</summary>
    public double ShareOfPeak => Rounds.Zip(Peaks, (round, peak) => GigaflopsOf(round.Median()) / peak).Median();

    private double GigaflopsOf(double milliseconds) => 2 * Network.MultiplyAdds * Batch / milliseconds / 1e6;
}

/// <summary>Where a measured network's weights came from.</summary>
internal enum WeightSource
{
    /// <summary>A file that the user named.</summary>
    File,

    /// <summary>The program itself.</summary>
    Inside,

    /// <summary><see cref="RandomWeights"/>.</summary>
    Random,
}
