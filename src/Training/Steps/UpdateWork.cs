using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>An optimizer's step as a team's work.</summary>
internal sealed class UpdateWork(TrainingProgram program, int workers) : ITeamWork
{
    /// <summary>The step, without the worker.</summary>
    public UpdateFrame Frame { get; set; }

    /// <inheritdoc/>
    public void Execute(int worker, TeamBarrier barrier)
    {
        UpdateFrame frame = Frame with { Worker = worker, Workers = workers };
        program.Update(in frame);
    }
}
