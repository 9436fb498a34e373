using System.Runtime.ExceptionServices;

namespace EfficientNet.Runtime;

/// <summary>What the threads of a <see cref="WorkerTeam"/> share. They must not hold the team itself, or a forgotten
/// team would never be finalized.</summary>
internal sealed class TeamState
{
    // Long enough to bridge the time between two forward passes of a stream of images, short enough not to show.
    private const int StartSpinMicroseconds = 80;
    private const int FinishSpinMicroseconds = 40;

    private readonly TeamBarrier _barrier;
    private readonly PhaseGate _start;
    private readonly PhaseGate _finish;
    private readonly bool _crowded;
    private PaddedInt _running;
    private ITeamWork? _work;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _stopping;

    public TeamState(int workers)
    {
        _crowded = workers > Environment.ProcessorCount;
        _barrier = new TeamBarrier(workers);
        _start = new PhaseGate(_crowded ? 0 : StartSpinMicroseconds);
        _finish = new PhaseGate(_crowded ? 0 : FinishSpinMicroseconds);
    }

    public int Workers => _barrier.Workers;

    /// <summary>Starts the thread of one worker.</summary>
    public Thread Start(int worker)
    {
        // Read here and not on the thread, which may begin only after the first run has.
        int phase = _start.Current;
        int starter = ThreadProcessor.Current;
        var thread = new Thread(() =>
        {
            // Whoever makes a team is likely to call it.
            if (!_crowded)
                ThreadProcessor.Leave(starter);
            Serve(worker, phase);
        })
        {
            IsBackground = true,
            Name = $"EfficientNet worker {worker}",
        };
        thread.UnsafeStart();
        return thread;
    }

    /// <summary>Runs one piece of work on the caller and all threads.</summary>
    public void Run(ITeamWork work)
    {
        int helpers = Workers - 1;
        if (helpers == 0)
        {
            work.Execute(0, _barrier);
            return;
        }

        int finishPhase = _finish.Current;
        _work = work;
        _running.Value = helpers;
        _start.Advance();
        Execute(work, worker: 0);
        _finish.WaitWhile(finishPhase);

        _work = null;
        if (_failure is { } failure)
        {
            _failure = null;
            _barrier.Reset();
            failure.Throw();
        }
    }

    /// <summary>Makes all threads end. No run may be under way.</summary>
    public void Stop()
    {
        _stopping = true;
        _start.Advance();
    }

    private void Serve(int worker, int phase)
    {
        while (true)
        {
            _start.WaitWhile(phase);
            if (_stopping)
                return;
            // Exactly one run began since: the next waits until this worker has finished.
            phase++;
            Execute(_work!, worker);
            if (Interlocked.Decrement(ref _running.Value) == 0)
                _finish.Advance();
        }
    }

    private void Execute(ITeamWork work, int worker)
    {
        try
        {
            work.Execute(worker, _barrier);
        }
        catch (BrokenBarrierException)
        {
            // The worker that broke the barrier has recorded why.
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            _barrier.Break();
        }
    }
}
