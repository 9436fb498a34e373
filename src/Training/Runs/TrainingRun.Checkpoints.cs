using System.Globalization;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <content>What a run keeps in its checkpoints beside the state of the trainer, and goes on from.</content>
public sealed partial class TrainingRun
{
    private const string RefusedFact = "refused", BestFact = "best", LossFact = "loss", RightFact = "right", SeenFact = "seen", KernelsFact = "kernels";

    /// <summary>What bits depend on beside the settings: other kernels, or the same on a processor that has them make SiLU otherwise, round otherwise.</summary>
    private string Kernels => $"{_trainer.InstructionSet} kernels{(_trainer.InstructionSet == InstructionSet.Avx512 && Hardware.DividesFast ? " that divide" : "")}";

    private void GoOn(CheckpointContent checkpoint)
    {
        RunState state = Checkpoint.Take(checkpoint, _trainer, _average);
        RunSettings.ThrowIfOther(_settings, state.Facts, checkpoint.Path);
        if (state.Facts.GetValueOrDefault(KernelsFact) is { } kernels && kernels != Kernels)
            _options.Warning?.Invoke($"{checkpoint.Path}: was made by {kernels}, and {Kernels} go on: the last bits are no longer those of an undisturbed run");
        _step = state.Step;
        _ended = state.Epoch;
        _saved = (_step, _ended);
        _refused = (int)Math.Clamp(Number(RefusedFact), 0, int.MaxValue);
        _best = state.Facts.ContainsKey(BestFact) ? Number(BestFact) : null;
        _count = new EpochCount(Number(LossFact), Number(RightFact), Number(SeenFact));

        double Number(string fact) => double.TryParse(state.Facts.GetValueOrDefault(fact), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new CheckpointException(checkpoint.Path, $"{fact} is {state.Facts.GetValueOrDefault(fact) ?? "not known"}: expected a number");
    }

    private void Save()
    {
        var facts = new Dictionary<string, string>(_settings)
        {
            [RefusedFact] = _refused.ToString(CultureInfo.InvariantCulture),
            [LossFact] = _count.Loss.ToString("R", CultureInfo.InvariantCulture),
            [RightFact] = _count.Right.ToString("R", CultureInfo.InvariantCulture),
            [KernelsFact] = Kernels,
            [SeenFact] = _count.Seen.ToString("R", CultureInfo.InvariantCulture),
        };
        if (_best is { } best) facts[BestFact] = best.ToString("R", CultureInfo.InvariantCulture);
        _log?.Flush();
        _checkpoints.Save(_trainer, _average, new RunState { Step = _step, Epoch = _ended, Seed = _options.Seed, Facts = facts });
        _saved = (_step, _ended);
    }
}
