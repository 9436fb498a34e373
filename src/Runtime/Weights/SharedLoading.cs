using System.Runtime.ExceptionServices;

namespace EfficientNet.Runtime;

/// <summary>Loading that a few threads share: each takes the next part as soon as it is done with one. What is loaded does not depend on who took what.</summary>
internal sealed class SharedLoading : ITeamWork
{
    // Copying from the system's file cache is as fast as memory: a few threads reach that.
    private const int MostWorkers = 4;

    // Below, starting a thread takes as long as what it would do.
    private const long LeastBytesEach = 1 << 20;

    private readonly int _parts;
    private readonly Action<int, int> _load;
    private readonly Lock _noting = new();
    private int _next;
    private int _failed = int.MaxValue;
    private ExceptionDispatchInfo? _failure;

    private SharedLoading(int parts, Action<int, int> load)
    {
        _parts = parts;
        _load = load;
    }

    /// <summary>How many threads share a load, the caller's included.</summary>
    /// <param name="floats">How much is loaded.</param>
    /// <param name="concurrently">Whether what it is loaded from can be read by several.</param>
    public static int Workers(long floats, bool concurrently)
    {
        long most = Math.Min(Math.Min(MostWorkers, Environment.ProcessorCount), floats * sizeof(float) / LeastBytesEach);
        return concurrently ? (int)Math.Max(most, 1) : 1;
    }

    /// <summary>Loads all parts.</summary>
    /// <param name="workers">Number of threads, the caller's included.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="load">Loads one part; called with the worker's number and the part's, the parts in rising order, those of different workers at the same time.</param>
    /// <exception cref="Exception">What a part threw; of several, the first part's, so that it is the same in every run.</exception>
    public static void Run(int workers, int parts, Action<int, int> load)
    {
        var loading = new SharedLoading(parts, load);
        using (WorkerTeam team = Team(workers))
            team.Run(loading);
        loading._failure?.Throw();
    }

    /// <summary>The team, or where the system has no more threads the caller alone: it needs longer, but no more.</summary>
    private static WorkerTeam Team(int workers)
    {
        try
        {
            return new WorkerTeam(workers);
        }
        catch (InsufficientMemoryException)
        {
            return new WorkerTeam(1);
        }
    }

    /// <inheritdoc/>
    public void Execute(int worker, TeamBarrier barrier)
    {
        // Every part before one that failed has been taken: the first of those that fail is among them.
        for (int part; Volatile.Read(ref _failed) == int.MaxValue && (part = Interlocked.Increment(ref _next) - 1) < _parts;)
        {
            try
            {
                _load(worker, part);
            }
            catch (Exception exception)
            {
                Note(part, ExceptionDispatchInfo.Capture(exception));
            }
        }
    }

    private void Note(int part, ExceptionDispatchInfo failure)
    {
        lock (_noting)
        {
            if (part > _failed)
                return;
            _failure = failure;
            Volatile.Write(ref _failed, part);
        }
    }
}
