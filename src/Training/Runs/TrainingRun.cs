using System.Diagnostics;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>
/// A whole run: epochs over a data set, checkpoints, weights of the last and the best epoch, metrics and a report in one folder. Its numbers follow from
/// its settings and seed alone: not from the number of threads, and not from where it was interrupted.
/// </summary>
public sealed partial class TrainingRun : IDisposable
{
    private readonly RunOptions _options;
    private readonly ImageDataset _training;
    private readonly ImageDataset? _validation;
    private readonly RunFolder _folder;
    private readonly Trainer _trainer;
    private readonly RandomMasks _masks;
    private readonly MovingAverage? _average;
    private ExclusiveUse _use;
    private readonly LearningRate _rate;
    private readonly CheckpointFolder _checkpoints;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _settings;
    private readonly long _stepsOfEpoch;
    private long _step;
    private int _ended;
    private (long Step, int Ended) _saved;
    private double _lastRate;
    private int _refused;
    private double? _best;
    private EpochCount _count;
    private BatchLoader? _batches;
    private RunLog? _log;

    /// <summary>Refuses a folder that a new run cannot begin in, before any image is read. What it passes, a run may still refuse: another one that has no results yet.</summary>
    /// <param name="output"><see cref="RunOptions.Output"/>.</param>
    /// <exception cref="RunException">It is a file, or holds the results of a run.</exception>
    public static void CheckOutput(string output)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        new RunFolder(output).ThrowIfTaken();
    }

    /// <summary>Prepares a run: memory, first weights or the newest checkpoint, the folder. Nothing is trained yet.</summary>
    /// <param name="program">The generated class's <c>CreateTraining()</c>.</param>
    /// <param name="training">The images to learn from; its classes are those that the network learns.</param>
    /// <param name="validation">Images to judge every epoch by, of the same classes; null for none.</param>
    /// <param name="options">How.</param>
    /// <exception cref="RunException">The data do not fit the network, another run is in the folder, or the folder and <see cref="RunOptions.Resume"/> do not go together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">The recipe's augmentation has no such name, or <see cref="Hardware.OverrideVariable"/> names no instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">The instruction set asked for is not available.</exception>
    /// <exception cref="WeightFileException">The weights to begin with cannot be used.</exception>
    /// <exception cref="CheckpointException">The checkpoint cannot be used.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public TrainingRun(TrainingProgram program, ImageDataset training, ImageDataset? validation, RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Accumulation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.LogEvery);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CheckpointEvery);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.LoaderThreads);
        options.Recipe.ThrowIfOutOfRange();
        NetworkDescription network = program.Description.Network;
        RunData.ThrowIfUnfit(network, training, validation, options);
        _options = options;
        _training = training;
        _validation = validation;
        _folder = new RunFolder(options.Output);
        _settings = RunSettings.Of(network, training, validation, options);
        _stepsOfEpoch = RunData.StepsOfEpoch(training, options);
        Steps = _stepsOfEpoch * options.Epochs;
        _rate = options.Recipe.RateOf(options.BatchSize * options.Accumulation).For(_stepsOfEpoch, Steps);
        int firstTrained = RunData.PartOf(program.Description, options.FirstTrained);

        _masks = new RandomMasks(options.Seed);
        try
        {
            _folder.Open();
            _checkpoints = new CheckpointFolder(_folder.Checkpoints, options.KeepCheckpoints, options.Warning);
            CheckpointContent? newest = _checkpoints.ReadLatest();
            if (!options.Resume)
            {
                if (newest is not null) throw _folder.Taken();
                _folder.ThrowIfTaken();
            }

            if (newest is null && options.Resume)
            {
                _folder.ThrowIfCheckpointsAreGone();
                options.Warning?.Invoke($"{options.Output}: has no checkpoint to go on from: the run begins anew");
            }

            _trainer = new Trainer(program, new TrainerOptions
            {
                Threads = options.Threads, MaximumBatch = options.BatchSize, Classes = training.Classes.Count, InstructionSet = options.InstructionSet,
            });
            _trainer.Masks = _masks;
            _trainer.LabelSmoothing = RunSettings.RecipeFor(training, options).LabelSmoothing;
            _trainer.FirstTrained = firstTrained;
            if (newest is null) FirstWeights.Give(_trainer, training, options);
            _average = options.Recipe.AverageDecay > 0 ? _trainer.CreateAverage() : null;
            if (newest is not null) GoOn(newest);
        }
        catch
        {
            _average?.Dispose();
            _trainer?.Dispose();
            _folder.RemoveIfEmpty();
            throw;
        }
    }

    /// <summary>Updates of the whole run.</summary>
    public long Steps { get; }

    /// <summary>Updates that were made.</summary>
    public long Step => _step;

    /// <summary>The trainer, for those who want to look.</summary>
    public Trainer Trainer => _trainer;

    /// <summary>Everything that the run's numbers depend on, as texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings => _settings;

    /// <summary>Whether the last update was an epoch's, whose end is still to come.</summary>
    private bool EndsEpoch => _ended < _step / _stepsOfEpoch;

    /// <summary>Trains to the end, or until interrupted: then a checkpoint is written first, if there has been an update.</summary>
    /// <param name="progress">Called after every update; null for no one.</param>
    /// <param name="cancellation">Interrupts between two passes: of an update that is half made nothing counts.</param>
    /// <exception cref="RunException">Too many updates were refused because a gradient was not finite; a checkpoint is written first.</exception>
    /// <exception cref="DatasetException">An image cannot be read; a checkpoint is written first, if there has been an update.</exception>
    /// <exception cref="WeightFileException">At the end of an epoch weights or statistics are none that a network could have.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    /// <exception cref="InsufficientMemoryException">The memory of batches, of the optimizer or of the evaluation cannot be had.</exception>
    /// <exception cref="InvalidOperationException">The run is under way on another thread.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public RunResult Run(Action<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        _use.Enter(this, "This run is under way already.");
        try
        {
            return Train(progress, cancellation);
        }
        finally
        {
            if (_use.Exit())
                Free();
        }
    }

    /// <summary>Ends the threads and frees the memory; the files stay. While the run is under way on another thread, that ends first: cancel it.</summary>
    public void Dispose()
    {
        if (_use.BeginDispose())
            Free();
    }

    private RunResult Train(Action<RunProgress>? progress, CancellationToken cancellation)
    {
        using BatchLoader batches = RunData.Batches(_training, _options, _trainer.Description.Network, _step * _options.Accumulation, _stepsOfEpoch);
        using var log = new RunLog(_folder, _trainer, _settings, _step, _options, _training.IsMultiLabel);
        (_batches, _log) = (batches, log);
        long clock = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                if (EndsEpoch)
                {
                    EpochResult result = EndEpoch(cancellation);
                    Save();
                    progress?.Invoke(Now(imagesPerSecond: 0, result));
                    clock = Stopwatch.GetTimestamp();
                }

                if (_step == Steps || cancellation.IsCancellationRequested)
                    break;
                Update(cancellation);
                RunProgress now = Now(_options.BatchSize * _options.Accumulation / Stopwatch.GetElapsedTime(clock).TotalSeconds, null);
                clock = Stopwatch.GetTimestamp();
                if (_step % _options.LogEvery == 0 || _step % _stepsOfEpoch == 0) log.Step(now);
                if (_step % _options.CheckpointEvery == 0) Save();
                progress?.Invoke(now);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        finally
        {
            // Whatever ended it: what was learned is kept, and what was half accumulated is not.
            _trainer.Discard();
            if (_saved != (_step, _ended)) Save();
            (_batches, _log) = (null, null);
        }

        return new RunResult(_step, _step == Steps && !EndsEpoch, _refused, _best);
    }

    private void Free()
    {
        _average?.Dispose();
        _trainer.Dispose();
        _folder.Dispose();
    }

    private RunProgress Now(double imagesPerSecond, EpochResult? finished)
    {
        return new RunProgress(_step, Steps, (int)((_step - 1) / _stepsOfEpoch) + 1, _count.MeanLoss, _count.Accuracy, _lastRate, imagesPerSecond, finished);
    }

    private void Update(CancellationToken cancellation)
    {
        if (_step % _stepsOfEpoch == 0) _count = default;
        EpochCount count = _count;
        for (int pass = 0; pass < _options.Accumulation; pass++)
        {
            Batch batch = _batches!.Take(cancellation);
            _masks.Step = _step * _options.Accumulation + pass;
            double loss = _training.IsMultiLabel ? _trainer.AccumulateMultiLabel(batch.Images, batch.Targets)
                : batch.Targets.IsEmpty ? _trainer.Accumulate(batch.Images, batch.Labels)
                : _trainer.AccumulateMixed(batch.Images, batch.Targets);
            count = count.With(loss, RunData.Right(_trainer, batch, _training.IsMultiLabel), batch.Count);
        }

        _lastRate = _rate.At(_step);
        try
        {
            _trainer.Update(_options.Recipe.Optimizer, _lastRate, _options.Recipe.ClipNorm, 1.0 / _options.Accumulation);
            _count = count;
            if (_average is not null)
                _trainer.MoveAverage(_average, Math.Min(_options.Recipe.AverageDecay, (1.0 + _step) / (10 + _step)));
        }
        catch (NonFiniteGradientException refusal)
        {
            _refused++;
            _options.Warning?.Invoke($"step {_step + 1} is refused: {refusal.Message}");
            if (_refused > _options.MaximumRefused)
            {
                _step++;
                throw new RunException($"stopped at step {_step} of {Steps}: {_refused} updates had gradients that are not finite, more than the {_options.MaximumRefused} that are allowed; the last: {refusal.Message}", refusal);
            }
        }

        _step++;
    }

    private EpochResult EndEpoch(CancellationToken cancellation)
    {
        WeightExport export = new() { Names = _options.Names ?? RunData.LibraryOf(_trainer.Description.Network), Labels = _training.Classes, IsMultiLabel = _training.IsMultiLabel, Preprocessing = _options.Preprocessing, Average = _average };
        Evaluation? evaluation = null;
        if (_validation is not null)
        {
            using CompiledNetwork network = _trainer.CreateNetwork(export);
            evaluation = Evaluator.Evaluate(network, _validation, new EvaluatorOptions { BatchSize = _options.BatchSize, Threads = _options.Threads, LoaderThreads = _options.LoaderThreads, Fit = _options.Fit }, null, cancellation);
        }

        double? score = evaluation?.Score;
        bool isBest = score is null || _best is null || score > _best;
        var result = new EpochResult(_ended + 1, _count.MeanLoss, _count.Accuracy, evaluation, isBest);
        _trainer.WriteWeights(_folder.LastWeights, export);
        if (isBest) _trainer.WriteWeights(_folder.BestWeights, export);
        _log!.Epoch(_step, result, _validation);
        // Together, and only now: a run that ended here goes on by ending the epoch again, and must find it as good as it was.
        (_best, _ended) = (isBest ? score : _best, _ended + 1);
        return result;
    }
}
