using System.Diagnostics;
using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>Every step's time against what the machine allows.</summary>
/// <param name="Roofline">What it allows.</param>
/// <param name="Steps">The network's steps, in order of execution.</param>
internal sealed record StepProfile(Roofline Roofline, IReadOnlyList<StepTime> Steps)
{
    /// <summary>The steps' times together: one image, without what lies between steps and passes.</summary>
    public double Microseconds => Steps.Sum(step => step.Microseconds);

    /// <summary>The bounds together.</summary>
    public double AttainableMicroseconds => Steps.Sum(step => step.Bound.Microseconds);

    /// <summary>Takes the median of every step over images and passes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="roofline">The bounds.</param>
    /// <param name="images">Timestamps of every image, as <see cref="Session.Profile"/> gives them.</param>
    public static StepProfile Of(NetworkDescription network, Roofline roofline, IReadOnlyList<long[]> images) => new(
        roofline,
        network.Steps.Select((step, i) => new StepTime(
            step,
            images.Select(times => (times[i + 1] - times[i]) * 1e6 / Stopwatch.Frequency).Median(),
            roofline.Of(network, step))).ToArray());
}

/// <summary>One step's time.</summary>
/// <param name="Step">The step.</param>
/// <param name="Microseconds">Its median for one image.</param>
/// <param name="Bound">The least that is possible by its layers' definitions.</param>
internal sealed record StepTime(StepDescription Step, double Microseconds, StepBound Bound)
{
    /// <summary>GFLOP/s.</summary>
    public double Gigaflops => 2 * Step.MultiplyAdds / Microseconds / 1e3;

    /// <summary>The share of what is attainable.</summary>
    public double Share => Bound.Microseconds / Microseconds;
}
