using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A run's numbers on their way into its folder: table, TensorBoard, report.</summary>
internal sealed class RunLog : IDisposable
{
    private const string Loss = "training/loss", Right = "training/accuracy", Rate = "training/learning rate", Norm = "training/gradient norm", Speed = "training/images per second";
    private const string JudgedLoss = "validation/loss", JudgedRight = "validation/accuracy", JudgedPrecision = "validation/mean average precision";

    private readonly RunFolder _folder;
    private readonly Trainer _trainer;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _settings;
    private readonly RunOptions _options;
    private readonly IMetricsWriter[] _writers;

    // What of the images to judge by says how good the weights are.
    private readonly string _judged;

    /// <summary>Begins, or goes on at a step.</summary>
    public RunLog(RunFolder folder, Trainer trainer, IReadOnlyList<KeyValuePair<string, string>> settings, long step, RunOptions options, bool isMultiLabel)
    {
        _folder = folder;
        _trainer = trainer;
        _settings = settings;
        _options = options;
        _judged = isMultiLabel ? JudgedPrecision : JudgedRight;
        var table = new CsvMetricsWriter(folder.Metrics, [Loss, Right, Rate, Norm, Speed, JudgedLoss, _judged], step);
        try
        {
            _writers = [table, new TensorBoardWriter(folder.Path, step)];
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Notes an update.</summary>
    public void Step(RunProgress now)
    {
        Note(now.Step, Loss, now.Loss);
        Note(now.Step, Right, now.Accuracy);
        Note(now.Step, Rate, now.Rate);
        Note(now.Step, Norm, _trainer.LastGradientNorm);
        Note(now.Step, Speed, now.ImagesPerSecond);
    }

    /// <summary>Notes the end of an epoch, whose last update was noted, and writes the report anew.</summary>
    public void Epoch(long step, EpochResult result, ImageDataset? validation)
    {
        if (result.Evaluation is { } evaluation)
        {
            Note(step, JudgedLoss, evaluation.Loss);
            Note(step, _judged, evaluation.Score);
        }

        if (_options.Histograms)
        {
            foreach (ParameterTensor tensor in _trainer.Tensors)
            {
                float[] values = _trainer.Get(tensor);
                foreach (IMetricsWriter writer in _writers) writer.Histogram(tensor.Name, step, values);
            }
        }

        Flush();
        IReadOnlyDictionary<string, IReadOnlyList<(long, double)>> noted = CsvMetricsWriter.Read(_folder.Metrics);
        var contents = new ReportContents
        {
            Title = $"{_trainer.Description.Network.Name}: epoch {result.Epoch} of {_options.Epochs}",
            Settings = _settings,
            Charts =
            [
                new Chart("loss", [("training", noted[Loss]), ("validation", noted[JudgedLoss])]),
                .. _judged == JudgedRight
                    ? new Chart[] { new("part that is right", [("training", noted[Right]), ("validation", noted[_judged])]) }
                    : [new("part that is right", [("training", noted[Right])]), new("mean average precision", [("validation", noted[_judged])])],
                new Chart("learning rate", [("", noted[Rate])]),
                new Chart("norm of the gradients", [("", noted[Norm])]),
            ],
            Evaluation = result.Evaluation,
            Images = validation,
        };
        WholeFile.Write(_folder.Report, file => HtmlReport.Write(file, contents));
    }

    /// <summary>Hands everything to the system: before a checkpoint, so that no line is lost with it.</summary>
    public void Flush()
    {
        foreach (IMetricsWriter writer in _writers) writer.Flush();
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        // Both, whatever the first one says.
        using (_writers[1]) _writers[0].Dispose();
    }

    private void Note(long step, string tag, double value)
    {
        foreach (IMetricsWriter writer in _writers) writer.Scalar(tag, step, value);
    }
}
