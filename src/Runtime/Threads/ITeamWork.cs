namespace EfficientNet.Runtime;

/// <summary>Work that every member of a <see cref="WorkerTeam"/> does a part of.</summary>
public interface ITeamWork
{
    /// <summary>Does one worker's part.</summary>
    /// <param name="worker">The worker's number, from 0; 0 runs on the thread that called <see cref="WorkerTeam.Run"/>.</param>
    /// <param name="barrier">Where the workers meet. Every worker must wait there equally often.</param>
    void Execute(int worker, TeamBarrier barrier);
}
