namespace EfficientNet.Runtime;

/// <summary>
/// Where the workers of a team meet: none goes on before all have arrived, and what any of them wrote before is
/// visible to all of them after. A barrier of one worker costs nothing. Waiting allocates nothing.
/// </summary>
public sealed class TeamBarrier
{
    // About the longest wait between two evenly loaded workers; beyond it a worker has lost its processor, and ours
    // may be the one it needs.
    private const int SpinMicroseconds = 40;

    private readonly int _workers;
    private readonly PhaseGate _gate;
    private PaddedInt _arrived;
    private volatile bool _broken;

    /// <summary>Makes a barrier.</summary>
    /// <param name="workers">How many workers meet at it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public TeamBarrier(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        _workers = workers;
        _gate = new PhaseGate(workers <= Environment.ProcessorCount ? SpinMicroseconds : 0);
    }

    /// <summary>The number of workers that meet here.</summary>
    public int Workers => _workers;

    /// <summary>Returns when all workers have called it.</summary>
    public void Wait()
    {
        if (_workers > 1)
            WaitForOthers();
    }

    /// <summary>Releases everyone who waits or will wait, with an exception: a worker has failed and will not come.</summary>
    internal void Break()
    {
        _broken = true;
        _gate.Advance();
    }

    /// <summary>Makes the barrier usable again. No worker may be at it.</summary>
    internal void Reset()
    {
        _arrived.Value = 0;
        _broken = false;
    }

    private void WaitForOthers()
    {
        // The phase is read first: it cannot end before this worker arrives, unless the barrier breaks, and a
        // break after this line is seen as a new phase, one before it by the next line.
        int phase = _gate.Current;
        if (_broken)
            throw new BrokenBarrierException();

        if (Interlocked.Increment(ref _arrived.Value) == _workers)
        {
            _arrived.Value = 0;
            _gate.Advance();
            return;
        }

        _gate.WaitWhile(phase);
        if (_broken)
            throw new BrokenBarrierException();
    }
}
