using EfficientNet.Runtime;

namespace EfficientNet.Cli.Measurement;

/// <summary>The float32 multiply-adds that this processor reaches right now, which is what a share of the peak is a share of.</summary>
/// <param name="GigaflopsPerSecond">2 floating-point operations a multiply-add, over all threads.</param>
/// <param name="Chains">Accumulators of the best loop.</param>
internal readonly record struct FmaPeak(double GigaflopsPerSecond, int Chains)
{
    private const long CalibrationLoops = 20_000;
    private const int WindowsOfAMoment = 3;

    /// <summary>Measures with the vectors of an instruction set's kernels.</summary>
    /// <param name="set">The instruction set.</param>
    /// <param name="threads">Threads that compute at once.</param>
    /// <param name="milliseconds">About how long every number of accumulators runs.</param>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the vectors.</exception>
    public static FmaPeak Measure(InstructionSet set, int threads, double milliseconds) =>
        Measure(set switch { InstructionSet.Avx512 => 512, InstructionSet.Avx2 => 256, _ => 128 }, threads, milliseconds);

    /// <summary>Measures the best of all numbers of accumulators.</summary>
    /// <param name="bits">Vector width: 512, 256 or 128.</param>
    /// <param name="threads">Threads that compute at once.</param>
    /// <param name="milliseconds">About how long every number of accumulators runs.</param>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the vectors.</exception>
    public static FmaPeak Measure(int bits, int threads, double milliseconds)
    {
        ((int Chains, Func<long, float> Run)[] loops, int lanes) = Loops(bits);
        return loops.Select(loop => new FmaPeak(Gigaflops(loop, lanes, threads, milliseconds), loop.Chains)).MaxBy(peak => peak.GigaflopsPerSecond);
    }

    /// <summary>Measures the peak of this moment with the accumulators that were found best: the best of a few windows, because two threads may have to share a processor at first.</summary>
    /// <param name="bits">Vector width: 512, 256 or 128.</param>
    /// <param name="threads">Threads that compute at once.</param>
    /// <param name="chains">Accumulators.</param>
    /// <param name="milliseconds">About how long every window is.</param>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the vectors.</exception>
    /// <exception cref="InvalidOperationException">No loop has so many accumulators.</exception>
    public static FmaPeak OfMoment(int bits, int threads, int chains, double milliseconds)
    {
        ((int Chains, Func<long, float> Run)[] loops, int lanes) = Loops(bits);
        (int, Func<long, float>) loop = loops.First(one => one.Chains == chains);
        return new FmaPeak(Enumerable.Range(0, WindowsOfAMoment).Max(_ => Gigaflops(loop, lanes, threads, milliseconds)), chains);
    }

    private static ((int Chains, Func<long, float> Run)[] Loops, int Lanes) Loops(int bits)
    {
        ((int Chains, Func<long, float> Run)[] loops, int lanes, bool supported) = bits switch
        {
            512 => (FmaChains512.All, FmaChains512.Lanes, FmaChains512.IsSupported),
            256 => (FmaChains256.All, FmaChains256.Lanes, FmaChains256.IsSupported),
            128 => (FmaChains128.All, FmaChains128.Lanes, true),
            _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "512, 256 or 128."),
        };
        return supported ? (loops, lanes) : throw new PlatformNotSupportedException($"This processor has no {bits}-bit fused multiply-add.");
    }

    private static double Gigaflops((int Chains, Func<long, float> Run) loop, int lanes, int threads, double milliseconds)
    {
        double calibration = ParallelTiming.Seconds(threads, _ => loop.Run(CalibrationLoops));
        long count = Math.Max(CalibrationLoops, (long)(CalibrationLoops * milliseconds / 1000 / calibration));
        return 2.0 * lanes * loop.Chains * count * threads / ParallelTiming.Seconds(threads, _ => loop.Run(count)) / 1e9;
    }
}
