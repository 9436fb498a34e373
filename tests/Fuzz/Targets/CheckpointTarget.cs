using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Training;

namespace EfficientNet.Fuzz.Tests.Targets;

/// <summary>Checkpoints, read into a trainer with a moving average or without: as the file says.</summary>
internal sealed class CheckpointTarget : Target
{
    private readonly Trainer _trainer = new(Tiny.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 });
    private readonly MovingAverage _average;

    public CheckpointTarget() => _average = _trainer.CreateAverage();

    public override string Name => "checkpoint";

    public override Format Format { get; } = new CheckpointFormat();

    public override long FixedExecutions => 4_000;

    // As safetensors; the values once more for the trainer, whose memory is not managed.
    public override AllocationBound Bound => new(1 << 18, 64);

    public override void Read(FuzzInput input)
    {
        string path = input.WriteFile("checkpoint.safetensors");
        bool averaged = input.Bytes.AsSpan().IndexOf("average\":\"yes"u8) >= 0;
        RunState state = Checkpoint.Load(path, _trainer, averaged ? _average : null);
        if (state.Step < 0 || state.Epoch < 0) throw new InvalidPropertyException($"step {state.Step}, epoch {state.Epoch}");
        Checkpoint.Verify(path);
    }

    protected override string? FileOf(Exception exception) => (exception as CheckpointException)?.File;
}
