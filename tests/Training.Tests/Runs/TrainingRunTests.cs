using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Networks;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Runs;

/// <summary>A whole run: what it learns, what it leaves, and that neither threads nor interruptions change a bit.</summary>
public class TrainingRunTests
{
    private static readonly Drawings Training = new(60, 5), Validation = new(25, 5);

    /// <summary>The same images under other names of classes, or with labels moved on.</summary>
    private sealed class OtherwiseLabelled(ImageDataset images, IReadOnlyList<string> classes, int further) : ImageDataset
    {
        public override string Name => images.Name;

        public override IReadOnlyList<string> Classes => classes;

        public override int Count => images.Count;

        public override string NameOf(int index) => images.NameOf(index);

        public override ReadOnlySpan<int> LabelsOf(int index) => new[] { (images.LabelsOf(index)[0] + further) % classes.Count };

        public override Image Read(int index) => images.Read(index);
    }

    [Fact]
    public void A_run_learns_and_leaves_weights_metrics_and_a_report()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path) with { Epochs = 12, Recipe = Recipe.Small };
        List<RunProgress> told = [];
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, options))
        {
            RunResult result = run.Run(told.Add);
            result.IsFinished.ShouldBeTrue();
            result.Best!.Value.ShouldBeGreaterThan(0.9);
            result.Step.ShouldBe(12 * 7);
        }

        told.Count(now => now.Finished is not null).ShouldBe(12);
        using CompiledNetwork network = Digits.Load(Path.Combine(folder.Path, "best.safetensors"));
        network.Labels.ShouldBe(Training.Classes);
        network.KnownClasses.ShouldBe(5);
        using (Session session = network.CreateSession(threads: 1))
        {
            session.Classify(Validation.Read(0), top: 10).Select(found => found.Class).ShouldBe([0, 1, 2, 3, 4], ignoreOrder: true);
            session.ClassifyMultiLabel(Validation.Read(0), threshold: 0).Length.ShouldBe(5);
        }

        Evaluator.Evaluate(network, Validation).Top1.ShouldBe(told.Where(now => now.Finished is not null).Max(now => now.Finished!.Evaluation!.Top1));
        string report = File.ReadAllText(Path.Combine(folder.Path, "report.html"));
        report.ShouldContain("epoch 12 of 12");
        IReadOnlyDictionary<string, IReadOnlyList<(long Step, double Value)>> metrics = CsvMetricsWriter.Read(Path.Combine(folder.Path, "metrics.csv"));
        metrics["validation/accuracy"].Count.ShouldBe(12);
        // Every other update, and the last of each epoch of seven.
        metrics["training/gradient norm"].Select(point => point.Step).ShouldBe(Enumerable.Range(1, 84).Where(step => step % 2 == 0 || step % 7 == 0).Select(step => (long)step));
        Directory.GetFiles(folder.Path, "events.out.tfevents.*").Length.ShouldBe(1);
        Directory.GetFiles(Path.Combine(folder.Path, "checkpoints")).Length.ShouldBe(options.KeepCheckpoints);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    public void Threads_do_not_change_a_bit(int threads, int loaders)
    {
        ShouldBeTheSame(Whole(options => options), Whole(options => options with { Threads = threads, LoaderThreads = loaders }), $"{threads} threads, {loaders} loaders");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(14)]
    public void An_interrupted_run_goes_on_to_the_same_bits(int at)
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path);
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, options))
        {
            using var stop = new CancellationTokenSource();
            RunResult result = run.Run(now =>
            {
                if (now.Step == at) stop.Cancel();
            }, stop.Token);
            // After the last update the last epoch is still to be judged and written.
            result.IsFinished.ShouldBeFalse();
            result.Step.ShouldBe(at);
        }

        using (var again = new TrainingRun(Digits.CreateTraining(), Training, Validation, options with { Resume = true, Threads = 1 }))
        {
            again.Step.ShouldBe(at);
            again.Run().IsFinished.ShouldBeTrue();
            ShouldBeTheSame(Whole(o => o), (ShortRuns.Bits(again.Trainer), File.ReadAllBytes(Path.Combine(folder.Path, "last.safetensors"))), $"interrupted at {at}");
        }

        // Time is the one thing that differs.
        string[][] Rows(string path) => File.ReadAllLines(Path.Combine(path, "metrics.csv")).Select(line => line.Split(',').Where((_, column) => column != 5).ToArray()).ToArray();
        using var straight = new TemporaryFolder();
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, options with { Output = straight.Path })) run.Run();
        Rows(folder.Path).ShouldBe(Rows(straight.Path));
    }

    [Fact]
    public void An_update_that_is_half_accumulated_is_given_up_and_nothing_of_it_counts()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path) with { Accumulation = 3 };
        using var stop = new CancellationTokenSource();
        var stopping = new StoppingImages(Training, after: 4 * options.BatchSize + 1, stop);
        using (var run = new TrainingRun(Digits.CreateTraining(), stopping, Validation, options with { LoaderThreads = 1 }))
            run.Run(cancellation: stop.Token).Step.ShouldBeLessThan(2);

        using var again = new TrainingRun(Digits.CreateTraining(), Training, Validation, options with { Resume = true });
        again.Run().IsFinished.ShouldBeTrue();
        ShouldBeTheSame(
            Whole(o => o with { Accumulation = 3 }), (ShortRuns.Bits(again.Trainer), File.ReadAllBytes(Path.Combine(folder.Path, "last.safetensors"))), "interrupted within an update");
    }

    [Fact]
    public void An_epoch_whose_weights_could_not_be_written_ends_again_as_the_best_that_it_was()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path) with { CheckpointEvery = 500 };
        string best = Path.Combine(folder.Path, "best.safetensors");
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, options))
        {
            Directory.CreateDirectory(best);
            Should.Throw<Exception>(() => run.Run()).ShouldSatisfyAllConditions(failure => (failure is IOException or UnauthorizedAccessException).ShouldBeTrue());
            Directory.Delete(best);
        }

        List<RunProgress> told = [];
        using var again = new TrainingRun(Digits.CreateTraining(), Training, Validation, options with { Resume = true });
        again.Run(told.Add).IsFinished.ShouldBeTrue();
        told.First(now => now.Finished is not null).Finished!.IsBest.ShouldBeTrue();
        File.Exists(best).ShouldBeTrue();
        ShouldBeTheSame(Whole(o => o), (ShortRuns.Bits(again.Trainer), File.ReadAllBytes(Path.Combine(folder.Path, "last.safetensors"))), "a failed write");
    }

    [Fact]
    public void A_folder_takes_one_run_at_a_time()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path) with { Epochs = 1 };
        using (new TrainingRun(Digits.CreateTraining(), Training, null, options))
        {
            Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldBe($"{folder.Path}: is in use by another run");
            Directory.Exists(Path.Combine(folder.Path, "checkpoints")).ShouldBeTrue();
        }

        using var next = new TrainingRun(Digits.CreateTraining(), Training, null, options);
        next.Run().IsFinished.ShouldBeTrue();
        next.Dispose();
        Directory.GetFiles(folder.Path, "*.lock").ShouldBeEmpty();
    }

    [Fact]
    public void A_run_that_cannot_begin_leaves_no_folder_and_one_that_resumes_nothing_says_so()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Path, "run")) with { Epochs = 1, Warning = warnings.Add };
        string weights = folder.Write("w.safetensors", "no weights");
        Should.Throw<WeightFileException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Weights = weights }));
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Output = weights })).Message.ShouldBe($"{weights}: is a file: expected a folder");
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Output = Path.Combine(weights, "run") })).Message
            .ShouldBe($"{Path.Combine(weights, "run")}: {weights} is a file: expected a folder");
        Directory.GetDirectories(folder.Path).ShouldBeEmpty();
        warnings.ShouldBeEmpty();

        using var run = new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true });
        warnings.ShouldBe([$"{options.Output}: has no checkpoint to go on from: the run begins anew"]);
        run.Step.ShouldBe(0);
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path) with { Epochs = 1 };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldBe($"{folder.Path}: holds a run already: resume it, or name another folder");
        Directory.Delete(Path.Combine(folder.Path, "checkpoints"), recursive: true);
        byte[] best = File.ReadAllBytes(Path.Combine(folder.Path, "best.safetensors"));
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldBe($"{folder.Path}: holds a run already: resume it, or name another folder");
        File.ReadAllBytes(Path.Combine(folder.Path, "best.safetensors")).ShouldBe(best);
        Should.Throw<RunException>(() => TrainingRun.CheckOutput(folder.Path)).Message.ShouldBe($"{folder.Path}: holds a run already: resume it, or name another folder");
        TrainingRun.CheckOutput(Path.Combine(folder.Path, "new"));
        Directory.Exists(Path.Combine(folder.Path, "new")).ShouldBeFalse();
    }

    [Fact]
    public void Other_settings_do_not_go_on()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path) with { Epochs = 1 };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true, Seed = 4, Epochs = 3 })).Message
            .ShouldEndWith("was made by a run with other settings: epochs was 1 and is now 3; seed was 3 and is now 4");
        Preprocessing preprocessing = Digits.Description.Preprocessing;
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true, Preprocessing = preprocessing with { Resize = 64, Interpolation = Interpolation.Bilinear } })).Message
            .ShouldEndWith("was made by a run with other settings: resize was 32, of which 32 are seen, bicubic and is now 64, of which 32 are seen, bilinear");
        // As many images of as many classes, and of all else that is said of them nothing changes.
        foreach (ImageDataset other in new[] { new OtherwiseLabelled(Training, Training.Classes.Reverse().ToArray(), 0), new OtherwiseLabelled(Training, Training.Classes, 1) })
        {
            Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), other, null, options with { Resume = true })).Message
                .ShouldContain("was made by a run with other settings: names and labels was ");
        }
    }

    [Fact]
    public void Other_kernels_go_on_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(folder.Path) with { Epochs = 1, Warning = warnings.Add };
        using var stop = new CancellationTokenSource();
        InstructionSet first;
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options with { InstructionSet = InstructionSet.Avx2 }))
        {
            first = run.Trainer.InstructionSet;
            run.Run(_ => stop.Cancel(), stop.Token).IsFinished.ShouldBeFalse();
        }

        using var again = new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true });
        InstructionSet second = again.Trainer.InstructionSet;
        // Where a machine has one set alone, there is nothing to say.
        if (second == first) warnings.ShouldBeEmpty();
        else warnings.ShouldHaveSingleItem().ShouldContain($"was made by {first} kernels, and {second}");
        again.Run().IsFinished.ShouldBeTrue();
    }

    [Fact]
    public void Weights_for_other_classes_are_taken_by_number_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Path, "first")) with { Epochs = 1, Warning = warnings.Add };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        options = options with { Output = Path.Combine(folder.Path, "second"), Weights = Path.Combine(folder.Path, "first", "best.safetensors") };
        using (new TrainingRun(Digits.CreateTraining(), Training, null, options)) warnings.ShouldBeEmpty();
        using (new TrainingRun(Digits.CreateTraining(), new OtherwiseLabelled(Training, Training.Classes.Reverse().ToArray(), 0), null, options))
        {
            warnings.ShouldHaveSingleItem().ShouldBe(
                $"{options.Weights}: its classifier is for other classes than {Training.Name}, or for the same in another order: each begins as the one of its number");
        }
    }

    [Fact]
    public void Weights_for_otherwise_prepared_images_are_taken_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        Preprocessing own = Digits.Description.Preprocessing, other = own with { Resize = 40, Mean = [0.5f, 0.25f, 0.75f], Interpolation = Interpolation.Bilinear };
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Path, "first")) with { Epochs = 1, Warning = warnings.Add, Preprocessing = other };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        options = options with { Output = Path.Combine(folder.Path, "second"), Weights = Path.Combine(folder.Path, "first", "best.safetensors") };
        // The sides are no property of weights.
        using (new TrainingRun(Digits.CreateTraining(), Training, null, options with { Preprocessing = other with { Resize = 32 } })) warnings.ShouldBeEmpty();
        using (new TrainingRun(Digits.CreateTraining(), Training, null, options with { Preprocessing = null }))
        {
            string std = string.Join(' ', own.Std.Select(value => value.ToString(CultureInfo.InvariantCulture)));
            warnings.ShouldHaveSingleItem().ShouldBe(
                $"{options.Weights}: its metadata says that images are prepared with mean 0.5 0.25 0.75 and std {std}, bilinear, "
                + $"and this run prepares them with mean {string.Join(' ', own.Mean.Select(value => value.ToString(CultureInfo.InvariantCulture)))} and std {std}, bicubic: it begins worse than it could");
        }
    }

    [Fact]
    public void A_recipes_numbers_are_checked_before_the_folder_is_touched()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Path, "run"));
        Recipe recipe = options.Recipe;
        foreach (RunOptions wrong in new[]
        {
            options with { Recipe = recipe with { LabelSmoothing = float.NaN } }, options with { Recipe = recipe with { LabelSmoothing = 1.5f } }, options with { Recipe = recipe with { AverageDecay = 1 } },
            options with { Recipe = recipe with { ClipNorm = 0 } }, options with { Recipe = recipe with { Optimizer = new SgdOptimizer { Momentum = 2 } } }, options with { LoaderThreads = 0 },
        })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, wrong));
        }

        Directory.Exists(options.Output).ShouldBeFalse();
    }

    [Fact]
    public void Gradients_that_are_not_finite_are_refused_counted_and_end_the_run()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(folder.Path) with
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
    public void What_a_killed_run_left_half_written_is_removed_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string half = folder.Write("last.safetensors.abcdefgh.xyz.tmp", "half"), own = folder.Write("notes.tmp", "mine");
        using var run = new TrainingRun(Digits.CreateTraining(), Training, null, ShortRuns.Options(folder.Path));
        File.Exists(half).ShouldBeFalse();
        File.Exists(own).ShouldBeTrue();
    }

    [Fact]
    public void Accumulated_passes_make_one_update()
    {
        using var folder = new TemporaryFolder();
        using var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, ShortRuns.Options(folder.Path) with { Accumulation = 3 });
        run.Steps.ShouldBe(4);
        run.Run().IsFinished.ShouldBeTrue();
    }

    [Fact]
    public void Many_labels_are_learned_and_judged()
    {
        using var folder = new TemporaryFolder();
        var many = new Drawings(64, 4, isMultiLabel: true);
        using var run = new TrainingRun(Digits.CreateTraining(), many, many, ShortRuns.Options(folder.Path) with { Recipe = Recipe.Small, Epochs = 8 });
        // Every class has a loss of its own, in which nothing is smoothed.
        (Recipe.Small.LabelSmoothing, run.Settings.Single(setting => setting.Key == "label smoothing").Value).ShouldBe((0.1f, "0"));
        run.Run().Best!.Value.ShouldBeGreaterThan(0.8);
        using CompiledNetwork learned = Digits.Load(Path.Combine(folder.Path, "best.safetensors"));
        learned.Metadata.IsMultiLabel.ShouldBe(true);
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Path);
        Refused(new Drawings(60, 11, side: 64), null, options).ShouldContain("has 11 classes, and Digits 10");
        Refused(new Drawings(5, 5), null, options).ShouldContain("has 5 images, fewer than one update takes (8)");
        Refused(Training, new Drawings(25, 4), options).ShouldContain("has other classes than drawings");
        Refused(Training, null, options with { FirstTrained = "neck" }).ShouldBe($"Digits has no part neck: its parts are {string.Join(", ", Digits.CreateTraining().Description.Parts)}");

        string Refused(ImageDataset training, ImageDataset? validation, RunOptions told) => Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), training, validation, told)).Message;
    }

    [Fact]
    public void An_image_that_cannot_be_read_ends_the_run_by_name_and_keeps_what_was_learned()
    {
        using var folder = new TemporaryFolder();
        using var run = new TrainingRun(Digits.CreateTraining(), new Drawings(60, 5) { Broken = 41 }, null, ShortRuns.Options(folder.Path));
        Should.Throw<DatasetException>(() => run.Run()).Message.ShouldBe("drawing 41: is broken");
        if (run.Step > 0) new CheckpointFolder(Path.Combine(folder.Path, "checkpoints"), 3).Latest().ShouldEndWith($"checkpoint-{run.Step:D10}.safetensors");
    }

    private static (Dictionary<string, int[]> Tensors, byte[] Weights) Whole(Func<RunOptions, RunOptions> change)
    {
        using var folder = new TemporaryFolder();
        using var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, change(ShortRuns.Options(folder.Path)));
        run.Run().IsFinished.ShouldBeTrue();
        return (ShortRuns.Bits(run.Trainer), File.ReadAllBytes(Path.Combine(folder.Path, "last.safetensors")));
    }

    private static void ShouldBeTheSame((Dictionary<string, int[]> Tensors, byte[] Weights) expected, (Dictionary<string, int[]> Tensors, byte[] Weights) found, string where)
    {
        ShortRuns.ShouldBeEqual(found.Tensors, expected.Tensors, where);
        found.Weights.ShouldBe(expected.Weights, where);
    }
}
