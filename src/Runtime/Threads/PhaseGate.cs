using System.Diagnostics;

namespace EfficientNet.Runtime;

/// <summary>
/// A counter that threads wait on: they read it, do something, and wait until it has moved. Waiting spins, then
/// yields, then parks; nothing is allocated.
/// </summary>
/// <remarks>
/// A waiter announces itself before it looks at the counter for the last time, and whoever advances the counter looks
/// for waiters after moving it; with a full fence in both, at least one of them sees the other, so no wake-up is lost.
/// </remarks>
internal sealed class PhaseGate
{
    private const int YieldsBeforeParking = 16;

    private readonly object _parkingLot = new();
    private readonly long _spinTicks;
    private PaddedInt _phase;
    private PaddedInt _parked;
    private int _advancedOn;

    /// <summary>Makes a gate.</summary>
    /// <param name="spinMicroseconds">How long a waiter spins before it gives its processor away; 0 where the
    /// thread it waits for may need that very processor.</param>
    public PhaseGate(int spinMicroseconds)
    {
        _spinTicks = Stopwatch.Frequency * spinMicroseconds / 1_000_000;
    }

    /// <summary>The phase now. Everything written before the advance that led to it is visible.</summary>
    public int Current => Volatile.Read(ref _phase.Value);

    /// <summary>Ends the phase: all who wait for that go on, with everything written before visible to them.</summary>
    public void Advance()
    {
        _advancedOn = ThreadProcessor.Current;
        Interlocked.Increment(ref _phase.Value);
        if (Volatile.Read(ref _parked.Value) == 0)
            return;
        bool interrupted = EnterParkingLot();
        Monitor.PulseAll(_parkingLot);
        LeaveParkingLot(interrupted);
    }

    /// <summary>Returns when the phase is not <paramref name="phase"/> any more.</summary>
    public void WaitWhile(int phase)
    {
        bool spins = _spinTicks > 0;
        if (spins && Spin(phase))
            return;
        YieldOrPark(phase);
        // Linux wakes a thread where its waker runs, when it finds no idle processor or, under load, does not look for one. The two would go on there in turns,
        // and the system, which never sees more than one of them at work, would leave them so for milliseconds.
        if (spins)
            ThreadProcessor.Leave(_advancedOn);
    }

    private void YieldOrPark(int phase)
    {
        for (int yields = 0; yields < YieldsBeforeParking; yields++)
        {
            if (Current != phase)
                return;
            Thread.Yield();
        }
        Park(phase);
    }

    private bool Spin(int phase)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            // The clock costs about as much as the pauses between two looks at it.
            for (int look = 0; look < 16; look++)
            {
                if (Current != phase)
                    return true;
                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() - start < _spinTicks);
        return false;
    }

    private void Park(int phase)
    {
        bool interrupted = EnterParkingLot();
        Interlocked.Increment(ref _parked.Value);
        while (Current == phase)
        {
            try
            {
                Monitor.Wait(_parkingLot);
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
        Interlocked.Decrement(ref _parked.Value);
        LeaveParkingLot(interrupted);
    }

    // An interruption must not end a wait: the other workers still use what the caller has pinned. It is kept for the
    // thread's next wait elsewhere.
    private bool EnterParkingLot()
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                Monitor.Enter(_parkingLot);
                return interrupted;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
    }

    private void LeaveParkingLot(bool interrupted)
    {
        Monitor.Exit(_parkingLot);
        if (interrupted)
            Thread.CurrentThread.Interrupt();
    }
}
