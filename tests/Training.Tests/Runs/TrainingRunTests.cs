using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Networks;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Runs;

/// <summary>A whole run: what it learns, what it leaves, and what ends it.</summary>
public class TrainingRunTests
{
    private static readonly Drawings Training = ShortRuns.Training, Validation = ShortRuns.Validation;

    [Fact]
    public void A_run_learns_and_leaves_weights_metrics_and_a_report()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 12, Recipe = Recipe.Small };
        List<RunProgress> told = [];
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, options))
        {
            RunResult result = run.Run(told.Add);
            result.IsFinished.ShouldBeTrue();
            result.Best!.Value.ShouldBeGreaterThan(0.9);
            result.Step.ShouldBe(12 * 7);
        }

        told.Count(now => now.Finished is not null).ShouldBe(12);
        using CompiledNetwork network = Digits.Load(Path.Combine(folder.Root, "best.safetensors"));
        network.Labels.ShouldBe(Training.Classes);
        network.KnownClasses.ShouldBe(5);
        using (Session session = network.CreateSession(threads: 1))
        {
            session.Classify(Validation.Read(0), top: 10).Select(found => found.Class).ShouldBe([0, 1, 2, 3, 4], ignoreOrder: true);
            session.ClassifyMultiLabel(Validation.Read(0), threshold: 0).Length.ShouldBe(5);
        }

        Evaluator.Evaluate(network, Validation).Top1.ShouldBe(told.Where(now => now.Finished is not null).Max(now => now.Finished!.Evaluation!.Top1));
        string report = File.ReadAllText(Path.Combine(folder.Root, "report.html"));
        report.ShouldContain("epoch 12 of 12");
        IReadOnlyDictionary<string, IReadOnlyList<(long Step, double Value)>> metrics = CsvMetricsWriter.Read(Path.Combine(folder.Root, "metrics.csv"));
        metrics["validation/accuracy"].Count.ShouldBe(12);
        // Every other update, and the last of each epoch of seven.
        metrics["training/gradient norm"].Select(point => point.Step).ShouldBe(Enumerable.Range(1, 84).Where(step => step % 2 == 0 || step % 7 == 0).Select(step => (long)step));
        Directory.GetFiles(folder.Root, "events.out.tfevents.*").Length.ShouldBe(1);
        Directory.GetFiles(Path.Combine(folder.Root, "checkpoints")).Length.ShouldBe(options.KeepCheckpoints);
    }

    [Fact]
    public void Gradients_that_are_not_finite_are_refused_counted_and_end_the_run()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(folder.Root) with
        {
            MaximumRefused = 2, Warning = warnings.Add, Preprocessing = new Preprocessing(32, 32, Interpolation.Bilinear, [0, 0, 0], [1e-38f, 1e-38f, 1e-38f]),
        };
        using var run = new TrainingRun(Digits.CreateTraining(), Training, null, options);
        Dictionary<string, int[]> before = ShortRuns.Bits(run.Trainer);
        Should.Throw<RunException>(() => run.Run()).Message.ShouldStartWith("stopped at step 3 of 14: 3 updates had gradients that are not finite, more than the 2 that are allowed; the last: The gradient of ");
        warnings.Count(line => line.StartsWith("step ", StringComparison.Ordinal)).ShouldBe(3);
        ShortRuns.ShouldBeEqual(ShortRuns.Bits(run.Trainer), before, "refused steps leave no trace");
        run.Trainer.LastGradientNorm.ShouldNotBeInRange(0, double.MaxValue);
    }

    [Fact]
    public void Accumulated_passes_make_one_update()
    {
        using var folder = new TemporaryFolder();
        using var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, ShortRuns.Options(folder.Root) with { Accumulation = 3 });
        run.Steps.ShouldBe(4);
        run.Run().IsFinished.ShouldBeTrue();
    }

    [Fact]
    public void Many_labels_are_learned_and_judged()
    {
        using var folder = new TemporaryFolder();
        var many = new Drawings(64, 4, isMultiLabel: true);
        using var run = new TrainingRun(Digits.CreateTraining(), many, many, ShortRuns.Options(folder.Root) with { Recipe = Recipe.Small, Epochs = 8 });
        // Every class has a loss of its own, in which nothing is smoothed.
        (Recipe.Small.LabelSmoothing, run.Settings.Single(setting => setting.Key == "label smoothing").Value).ShouldBe((0.1f, "0"));
        run.Run().Best!.Value.ShouldBeGreaterThan(0.8);
        using CompiledNetwork learned = Digits.Load(Path.Combine(folder.Root, "best.safetensors"));
        learned.Metadata.IsMultiLabel.ShouldBe(true);
    }

    [Fact]
    public void An_image_that_cannot_be_read_ends_the_run_by_name_and_keeps_what_was_learned()
    {
        using var folder = new TemporaryFolder();
        using var run = new TrainingRun(Digits.CreateTraining(), new Drawings(60, 5) { Broken = 41 }, null, ShortRuns.Options(folder.Root));
        Should.Throw<DatasetException>(() => run.Run()).Message.ShouldBe("drawing 41: is broken");
        if (run.Step > 0) new CheckpointFolder(Path.Combine(folder.Root, "checkpoints"), 3).Latest().ShouldEndWith($"checkpoint-{run.Step:D10}.safetensors");
    }
}
