namespace EfficientNet.Training;

/// <summary>Where a run's numbers go.</summary>
public interface IMetricsWriter : IDisposable
{
    /// <summary>Notes a number.</summary>
    /// <param name="tag">What it is, with slashes between groups.</param>
    /// <param name="step">Updates that were made.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="IOException">Earlier numbers cannot be written; as for <see cref="Flush"/>.</exception>
    void Scalar(string tag, long step, double value);

    /// <summary>Notes how values are distributed.</summary>
    /// <param name="tag">What they are, with slashes between groups.</param>
    /// <param name="step">Updates that were made.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="IOException">Earlier numbers cannot be written; as for <see cref="Flush"/>.</exception>
    void Histogram(string tag, long step, ReadOnlySpan<float> values);

    /// <summary>Hands everything to the system.</summary>
    /// <exception cref="IOException">It cannot be written. What was handed over before is still there, without a part of more; the next call tries the rest again.</exception>
    void Flush();
}
