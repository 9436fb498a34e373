using BenchmarkDotNet.Attributes;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>B0's kernels one by one, one thread, weights and maps as near as they come to lie from call to call.</summary>
public class KernelBenchmarks
{
    private GeneratedSteps.StepMethod _step = null!;

    /// <summary>The kernel.</summary>
    [ParamsSource(nameof(Kernels))]
    public StepKernel Kernel { get; set; } = null!;

    /// <summary>All of them, or those that the command line named.</summary>
    public static IEnumerable<StepKernel> Kernels => Chosen;

    internal static IReadOnlyList<StepKernel> Chosen { get; set; } = [];

    /// <summary>Fills the arena, and measures what the machine allows right now.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Kernel.MeasureBounds();
        _step = GeneratedSteps.Instance.Prepare(Kernel.Index);
    }

    /// <summary>One call of the whole kernel.</summary>
    [Benchmark]
    public void Run()
    {
        ForwardFrame frame = GeneratedSteps.Instance.Frame();
        _step(in frame);
    }
}
