using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>A number that follows from a kernel and its median time.</summary>
/// <param name="name">The column's head.</param>
/// <param name="legend">What it is.</param>
/// <param name="value">From the kernel and its median in nanoseconds.</param>
internal sealed class KernelColumn(string name, string legend, Func<StepKernel, double, string> value) : IColumn
{
    /// <summary>GFLOP/s, the peak beside it, and the share of what is attainable.</summary>
    public static IColumn[] All { get; } =
    [
        new KernelColumn("GFLOP/s", "2 operations a multiply-add of the layers, over the median", (kernel, ns) => Fixed(2 * kernel.Step.MultiplyAdds / ns)),
        new KernelColumn("FMA peak", "GFLOP/s of one thread just before", (kernel, _) => Fixed(kernel.PeakGigaflops)),
        new KernelColumn("Attainable", "The larger of compute and memory bound over the median: docs/performance.md", (kernel, ns) => Fixed(100 * kernel.AttainableNanoseconds / ns) + " %"),
    ];

    public string Id => $"{nameof(KernelColumn)}.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } times ? value((StepKernel)benchmarkCase.Parameters[nameof(KernelBenchmarks.Kernel)], times.Median) : "?";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static string Fixed(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
