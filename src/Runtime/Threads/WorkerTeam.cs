namespace EfficientNet.Runtime;

/// <summary>
/// A small team of threads that share one piece of work after another: the caller is worker 0, the others are
/// background threads that live as long as the team. Between two pieces of work they spin briefly, so that the next
/// one starts within a microsecond or so, then park and cost nothing. A run allocates nothing.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    /// <summary>The largest team.</summary>
    public const int MaximumWorkers = 256;

    private readonly TeamState _state;
    private readonly Thread[] _threads;
    private ExclusiveUse _use;

    /// <summary>Starts a team.</summary>
    /// <param name="workers">Number of workers, the caller of <see cref="Run"/> included; 1 starts no thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not in 1..<see cref="MaximumWorkers"/>.</exception>
    /// <exception cref="InsufficientMemoryException">The system has no memory for a thread; those that were started have ended.</exception>
    public WorkerTeam(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, MaximumWorkers);

        _state = new TeamState(workers);
        _threads = new Thread[workers - 1];
        int started = 0;
        try
        {
            for (; started < _threads.Length; started++)
                _threads[started] = _state.Start(worker: started + 1);
        }
        catch (Exception exception)
        {
            GC.SuppressFinalize(this);
            _state.Stop();
            foreach (Thread thread in _threads.AsSpan(0, started))
                thread.Join();
            // A thread without memory for its stack does not say so.
            if (exception is OutOfMemoryException)
                throw new InsufficientMemoryException($"Cannot start worker {started + 1} of {workers}.", exception);
            throw;
        }
    }

    /// <summary>Ends the threads of a team that nobody disposed; they hold its state but not the team itself.</summary>
    ~WorkerTeam()
    {
        _state?.Stop();
    }

    /// <summary>Number of workers, the caller of <see cref="Run"/> included.</summary>
    public int Workers => _state.Workers;

    /// <summary>Has every worker execute its part, and returns when all are done.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="InvalidOperationException">Another run is under way; a team does one at a time.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    /// <remarks>An exception of any worker releases the others from the barrier and is rethrown here as it was
    /// thrown, when all have returned; of several, the first. The team remains usable.</remarks>
    public void Run(ITeamWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _use.Enter(this, "This team of workers is running already: it does one piece of work at a time.");
        try
        {
            _state.Run(work);
        }
        finally
        {
            if (_use.Exit())
                StopAndJoin();
        }
    }

    /// <summary>Ends the threads and waits for them. While a run is under way, it ends them when that is done.</summary>
    public void Dispose()
    {
        if (_use.BeginDispose())
            StopAndJoin();
    }

    private void StopAndJoin()
    {
        GC.SuppressFinalize(this);
        _state.Stop();
        // Whoever interrupts a thread means its work, not what must be freed after it: it is told when that is done.
        bool interrupted = false;
        foreach (Thread thread in _threads)
        {
            while (!Ends(thread))
                interrupted = true;
        }
        if (interrupted)
            Thread.CurrentThread.Interrupt();
    }

    /// <summary>Waits for a thread's end.</summary>
    /// <returns>Whether it has ended; otherwise the wait was interrupted.</returns>
    private static bool Ends(Thread thread)
    {
        try
        {
            thread.Join();
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }
}
