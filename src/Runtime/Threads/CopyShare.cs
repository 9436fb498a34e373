using System.Runtime.CompilerServices;

namespace EfficientNet.Runtime;

/// <summary>
/// A worker's share of what every worker reads whole: of an even number of workers each half has a copy of its own and makes it, otherwise all
/// make and read the first.
/// </summary>
/// <remarks>
/// Where processors share no cache, what another worker has written is far away, and a kernel that goes through it in short runs waits for every line.
/// Generated code names the copy and asks for its pieces: <c>Kernel(…, a + 4096 + own.Copy * 1024, own.First(14), own.Last(14))</c>.
/// </remarks>
public readonly struct CopyShare
{
    private readonly nint _worker;
    private readonly nint _workers;

    /// <summary>The share of one worker.</summary>
    /// <param name="worker">The worker's number, from 0.</param>
    /// <param name="workers">Number of workers.</param>
    public CopyShare(nint worker, nint workers)
    {
        bool halves = workers % 2 == 0;
        _workers = halves ? workers / 2 : workers;
        Copy = halves ? worker / _workers : 0;
        _worker = worker - Copy * _workers;
    }

    /// <summary>The copy that this worker reads and takes part in making: 0 or 1.</summary>
    public nint Copy { get; }

    /// <summary>The first of its pieces.</summary>
    /// <param name="pieces">Pieces of a copy.</param>
    /// <returns>From 0 to <paramref name="pieces"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint First(nint pieces)
    {
        return pieces * _worker / _workers;
    }

    /// <summary>The piece behind its last one.</summary>
    /// <param name="pieces">Pieces of a copy.</param>
    /// <returns>From 0 to <paramref name="pieces"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Last(nint pieces)
    {
        return pieces * (_worker + 1) / _workers;
    }
}
