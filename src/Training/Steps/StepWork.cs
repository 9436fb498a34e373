using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A training step as a team's work: every worker gets the same frame but for its number and scratch.</summary>
internal sealed unsafe class StepWork(TrainingProgram program, TrainerMemory memory, int workers) : ITeamWork
{
    /// <summary>The step, without worker, scratch and barrier.</summary>
    public TrainingFrame Frame { get; set; }

    /// <inheritdoc/>
    public void Execute(int worker, TeamBarrier barrier)
    {
        TrainingFrame frame = Frame with { Worker = worker, Workers = workers, Barrier = barrier, Scratch = memory.Scratch + worker * memory.ScratchStride };
        program.Step(in frame);
    }
}
