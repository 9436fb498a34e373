using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>The time that a step cannot beat on this machine, if it makes what its layers' definitions say: its multiply-adds at the FMA peak, or its bytes at the bandwidth, whichever is longer.</summary>
/// <param name="PeakGigaflops">The FMA peak of all threads together.</param>
/// <param name="BandwidthGigabytes">10⁹ bytes a second that all threads together read of memory as long as the packed weights.</param>
/// <param name="Cache">One core's second-level cache.</param>
/// <param name="Threads">Threads, each with a cache of its own.</param>
internal sealed record Roofline(double PeakGigaflops, double BandwidthGigabytes, SecondLevelCache Cache, int Threads)
{
    /// <summary>The bound of one step for one image.</summary>
    public StepBound Of(NetworkDescription network, StepDescription step)
    {
        double compute = 2 * step.MultiplyAdds / PeakGigaflops / 1e3;
        double memory = BytesBeyondCache(network, step) / BandwidthGigabytes / 1e3;
        return new StepBound(Math.Max(compute, memory), memory > compute);
    }

    /// <summary>Bytes that cannot be in the caches when the step begins, or not stay in them until it ends: all weights, where the
    /// network's together exceed the caches, and what the maps have beyond the caches' size.</summary>
    public long BytesBeyondCache(NetworkDescription network, StepDescription step)
    {
        long caches = Threads * Cache.Bytes;
        long weights = network.PackedFloats * sizeof(float) > caches ? step.WeightBytes : 0;
        return weights + Math.Max(0, step.MapBytes - caches);
    }
}

/// <summary>A step's bound.</summary>
/// <param name="Microseconds">The least time.</param>
/// <param name="IsMemory">Whether bytes set it, not multiply-adds.</param>
internal readonly record struct StepBound(double Microseconds, bool IsMemory);
