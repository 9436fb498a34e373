using System.Globalization;

namespace EfficientNet.Reliability.Tests.Soak;

/// <summary>What clients have done, counted by all of them.</summary>
internal sealed class SoakCounts
{
    private long _sessions, _loads, _cancelled, _disposed, _refused, _steps, _batches;

    /// <summary>The first thing that went wrong.</summary>
    public string? Finding;

    public long Sessions => _sessions;

    public long Batches => _batches;

    public void Session() => Interlocked.Increment(ref _sessions);

    public void Load() => Interlocked.Increment(ref _loads);

    public void Cancelled() => Interlocked.Increment(ref _cancelled);

    public void Disposed() => Interlocked.Increment(ref _disposed);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Step() => Interlocked.Increment(ref _steps);

    /// <summary>Compares a batch's results.</summary>
    public void Batch(ReadOnlySpan<float> found, ReadOnlySpan<float> expected, string what)
    {
        Interlocked.Increment(ref _batches);
        if (!System.Runtime.InteropServices.MemoryMarshal.AsBytes(found).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(expected))) Interlocked.CompareExchange(ref Finding, $"{what}: other bits", null);
    }

    /// <summary>Whether every kind of thing was done.</summary>
    public bool HasAll => Math.Min(Math.Min(Math.Min(_sessions, _loads), Math.Min(_cancelled, _disposed)), Math.Min(Math.Min(_refused, _steps), _batches)) > 0;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_sessions:N0} sessions, {_loads:N0} loads, {_cancelled:N0} cancelled, {_disposed:N0} disposed while they ran, {_refused:N0} second callers refused, {_steps:N0} training steps; all bits equal");
}
