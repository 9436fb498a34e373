using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>One kernel of B0, in the first step that uses it.</summary>
/// <param name="Index">The step's number.</param>
/// <param name="Step">The step.</param>
public sealed record StepKernel(int Index, StepDescription Step)
{
    private const double PeakMilliseconds = 20;

    /// <summary>The FMA peak of one thread just before the kernel was measured, GFLOP/s.</summary>
    public double PeakGigaflops { get; private set; }

    /// <summary>Nanoseconds that the kernel cannot beat: its multiply-adds at the peak, or what of its weights and maps exceeds the
    /// second-level cache at the bandwidth; the rest stays in that cache from call to call.</summary>
    public double AttainableNanoseconds { get; private set; }

    /// <summary>Every kernel of the network that can run alone.</summary>
    public static IEnumerable<StepKernel> All()
    {
        GeneratedSteps steps = GeneratedSteps.Instance;
        return steps.Description.Steps.Select((step, i) => new StepKernel(i, step)).Where(kernel => steps.Alone[kernel.Index]).DistinctBy(kernel => kernel.Step.Kernel);
    }

    /// <summary>Measures what the kernel is to be compared with.</summary>
    public void MeasureBounds()
    {
        GeneratedSteps steps = GeneratedSteps.Instance;
        PeakGigaflops = FmaPeak.Measure(steps.InstructionSet, threads: 1, PeakMilliseconds).GigaflopsPerSecond;
        long beyond = Math.Max(0, Step.WeightBytes + Step.MapBytes - SecondLevelCache.Current.Bytes);
        double memory = beyond == 0 ? 0 : beyond / ReadBandwidth.Measure((Step.WeightBytes + Step.MapBytes) / sizeof(float), threads: 1);
        AttainableNanoseconds = Math.Max(2 * Step.MultiplyAdds / PeakGigaflops, memory);
    }

    /// <inheritdoc/>
    public override string ToString() => Step.Kernel;
}
