using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>The backward pass's convolution kernels, each alone with what it reads in the nearest caches, against the FMA peak.</summary>
internal sealed class TrainingKernels : IClauseGroup
{
    private const int GoalPointwise = 80, GoalDepthwise = 70;

    public string Name => "training-kernels";

    public IEnumerable<Row> Measure(bool quick)
    {
        if (!Command.TryRun("dotnet", [Path.Combine(AppContext.BaseDirectory, "kernels.dll"), "--alone"], out string output))
            throw new InvalidOperationException($"the kernels' process fails: {Command.Tail(output)}");
        Kernel[] all = [.. output.Split('\n').Select(Kernel.Of).OfType<Kernel>()];
        yield return Slowest(all, "Pointwise backward kernels of a step of EfficientNetB0 on maps of 28 and below, alone", kernel => kernel.Work.StartsWith("pointwise", StringComparison.Ordinal), GoalPointwise);
        yield return Slowest(all, "Depthwise 5×5 backward kernels of that step, alone", kernel => IsDepthwise(kernel) && !kernel.BesideConvolution, GoalDepthwise);
        yield return Slowest(all, "The same with the activation's derivative and sums for BatchNorm, which are more work than counted", kernel => IsDepthwise(kernel) && kernel.BesideConvolution, goal: null);

        bool IsDepthwise(Kernel kernel) => kernel.Work.StartsWith("depthwise 5×5", StringComparison.Ordinal);
    }

    private static Row Slowest(Kernel[] all, string clause, Func<Kernel, bool> which, int? goal)
    {
        Kernel[] kernels = [.. all.Where(which)];
        Kernel slowest = kernels.MinBy(kernel => kernel.Share) ?? throw new InvalidOperationException($"no kernel for: {clause}");
        string value = FormattableString.Invariant($"{slowest.Share:F1} … {kernels.Max(kernel => kernel.Share):F1} % of the peak, the slowest of {kernels.Length}: {slowest.Work}, {slowest.Call}");
        return goal is { } least ? Row.Of(clause, value, $"≥ {least} %", slowest.Share >= least) : Row.Of(clause, value);
    }

    /// <summary>A line of the kernels' table.</summary>
    private sealed record Kernel(string Work, string Call, double Share)
    {
        /// <summary>Whether it does more than a convolution's products.</summary>
        public bool BesideConvolution => Call.EndsWith("with derivative and sums", StringComparison.Ordinal);

        public static Kernel? Of(string line) => line.Split('|', StringSplitOptions.TrimEntries) is [_, var work, var call, _, _, var share, _]
            && share.EndsWith(" %", StringComparison.Ordinal) && double.TryParse(share[..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) ? new(work, call, percent) : null;
    }
}
