using System.Runtime.CompilerServices;

namespace EfficientNet.Runtime;

/// <summary>
/// A worker's share of one of two halves of the work: all workers together are cut in two as the work is, so that of an even number of them each half
/// has its own.
/// </summary>
/// <remarks>Generated code asks it for the pieces of one step after the other: <c>Kernel(…, h1.First(14), h1.Last(14))</c>.</remarks>
public readonly struct HalfShare
{
    private readonly nint _half;
    private readonly nint _worker;
    private readonly nint _workers;

    /// <summary>The share of one worker.</summary>
    /// <param name="half">0 or 1.</param>
    /// <param name="worker">The worker's number, from 0.</param>
    /// <param name="workers">Number of workers.</param>
    public HalfShare(nint half, nint worker, nint workers)
    {
        _half = half;
        _worker = worker;
        _workers = workers;
    }

    /// <summary>The first of its pieces.</summary>
    /// <param name="pieces">Pieces of this half.</param>
    /// <returns>From 0 to <paramref name="pieces"/>, which says that there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint First(nint pieces)
    {
        return Begin(pieces, _worker);
    }

    /// <summary>The piece behind its last one: the next worker's first.</summary>
    /// <param name="pieces">Pieces of this half.</param>
    /// <returns>From 0 to <paramref name="pieces"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Last(nint pieces)
    {
        return Begin(pieces, _worker + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Begin(nint pieces, nint worker)
    {
        return Math.Clamp(pieces * (2 * worker - _half * _workers) / _workers, 0, pieces);
    }
}
