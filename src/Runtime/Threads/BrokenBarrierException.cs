namespace EfficientNet.Runtime;

/// <summary>
/// Carries a worker out of its work when another has failed. <see cref="WorkerTeam.Run"/> swallows it and rethrows
/// the failure itself.
/// </summary>
internal sealed class BrokenBarrierException : Exception
{
    public BrokenBarrierException()
        : base("Another worker of the team has failed.")
    {
    }
}
