using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>What is done with the flat parameters.</summary>
internal enum TrainerWork
{
    Update,
    Norm,
    Average,
}

/// <summary>A pass over the flat parameters as a team's work.</summary>
internal sealed class UpdateWork(TrainingProgram program, int workers) : ITeamWork
{
    /// <summary>Which pass.</summary>
    public TrainerWork Work { get; set; }

    /// <summary>The pass, without the worker.</summary>
    public UpdateFrame Frame { get; set; }

    /// <inheritdoc/>
    public void Execute(int worker, TeamBarrier barrier)
    {
        UpdateFrame frame = Frame with { Worker = worker, Workers = workers, Barrier = barrier };
        switch (Work)
        {
            case TrainerWork.Norm:
                program.Norm(in frame);
                break;
            case TrainerWork.Average:
                program.Average(in frame);
                break;
            default:
                program.Update(in frame);
                break;
        }
    }
}
