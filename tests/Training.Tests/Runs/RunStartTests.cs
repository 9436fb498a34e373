using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Networks;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Runs;

/// <summary>What a run begins in and with: the folder, the data, the recipe, the weights.</summary>
public class RunStartTests
{
    private static readonly Drawings Training = ShortRuns.Training;

    [Fact]
    public void A_folder_takes_one_run_at_a_time()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 1 };
        using (new TrainingRun(Digits.CreateTraining(), Training, null, options))
        {
            Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldBe($"{folder.Root}: is in use by another run");
            Directory.Exists(Path.Combine(folder.Root, "checkpoints")).ShouldBeTrue();
        }

        using var next = new TrainingRun(Digits.CreateTraining(), Training, null, options);
        next.Run().IsFinished.ShouldBeTrue();
        next.Dispose();
        Directory.GetFiles(folder.Root, "*.lock").ShouldBeEmpty();
    }

    [Fact]
    public void A_run_that_cannot_begin_leaves_no_folder_and_one_that_resumes_nothing_says_so()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Root, "run")) with { Epochs = 1, Warning = warnings.Add };
        string weights = folder.Write("w.safetensors", "no weights");
        Should.Throw<WeightFileException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Weights = weights }));
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Output = weights })).Message.ShouldBe($"{weights}: is a file: expected a folder");
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Output = Path.Combine(weights, "run") })).Message
            .ShouldBe($"{Path.Combine(weights, "run")}: {weights} is a file: expected a folder");
        Directory.GetDirectories(folder.Root).ShouldBeEmpty();
        warnings.ShouldBeEmpty();

        using var run = new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true });
        warnings.ShouldBe([$"{options.Output}: has no checkpoint to go on from: the run begins anew"]);
        run.Step.ShouldBe(0);
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 1 };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldBe($"{folder.Root}: holds a run already: resume it, or name another folder");
        Directory.Delete(Path.Combine(folder.Root, "checkpoints"), recursive: true);
        byte[] best = File.ReadAllBytes(Path.Combine(folder.Root, "best.safetensors"));
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldBe($"{folder.Root}: holds a run without its checkpoints, from which it could go on: name another folder");
        File.ReadAllBytes(Path.Combine(folder.Root, "best.safetensors")).ShouldBe(best);
        Should.Throw<RunException>(() => TrainingRun.CheckOutput(folder.Root)).Message.ShouldBe($"{folder.Root}: holds a run without its checkpoints, from which it could go on: name another folder");
        TrainingRun.CheckOutput(Path.Combine(folder.Root, "new"));
        Directory.Exists(Path.Combine(folder.Root, "new")).ShouldBeFalse();
    }

    [Fact]
    public void A_run_whose_checkpoints_are_gone_is_not_begun_anew_over_its_results()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 1 };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        Directory.Delete(folder["checkpoints"], recursive: true);
        byte[] best = File.ReadAllBytes(folder["best.safetensors"]), metrics = File.ReadAllBytes(folder["metrics.csv"]);
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true })).Message
            .ShouldBe($"{folder.Root}: holds a run without its checkpoints, from which it could go on: name another folder");
        File.ReadAllBytes(folder["best.safetensors"]).ShouldBe(best);
        File.ReadAllBytes(folder["metrics.csv"]).ShouldBe(metrics);
        Directory.Exists(folder["checkpoints"]).ShouldBeFalse();
    }

    [Fact]
    public void A_run_that_came_to_no_checkpoint_begins_anew_when_it_is_resumed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("metrics.csv", "step\n");
        Directory.CreateDirectory(folder["checkpoints"]);
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 1 };
        // A refusal takes nothing away that says so.
        Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), Training, null, options)).Message.ShouldContain("resume it");
        using var run = new TrainingRun(Digits.CreateTraining(), Training, null, options with { Resume = true });
        run.Run().IsFinished.ShouldBeTrue();
    }

    [Fact]
    public void What_a_killed_run_left_half_written_is_removed_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string half = folder.Write("last.safetensors.abcdefgh.xyz.tmp", "half"), own = folder.Write("notes.tmp", "mine");
        using var run = new TrainingRun(Digits.CreateTraining(), Training, null, ShortRuns.Options(folder.Root));
        File.Exists(half).ShouldBeFalse();
        File.Exists(own).ShouldBeTrue();
    }

    [Fact]
    public void A_recipes_numbers_are_checked_before_the_folder_is_touched()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Root, "run"));
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
    public void Data_that_do_not_fit_are_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root);
        Refused(new Drawings(60, 11, side: 64), null, options).ShouldContain("has 11 classes, and Digits 10");
        Refused(new Drawings(5, 5), null, options).ShouldContain("has 5 images, fewer than one update takes (8)");
        Refused(Training, new Drawings(25, 4), options).ShouldContain("has other classes than drawings");
        Refused(Training, null, options with { Preprocessing = Digits.Description.Preprocessing with { Resize = 64, Crop = 64 } }).ShouldBe("preprocessing: makes images of 64 × 64 pixels, and Digits takes 32 × 32");
        Refused(Training, null, options with { FirstTrained = "neck" }).ShouldBe($"Digits has no part neck: its parts are {string.Join(", ", Digits.CreateTraining().Description.Parts)}");

        string Refused(ImageDataset training, ImageDataset? validation, RunOptions told) => Should.Throw<RunException>(() => new TrainingRun(Digits.CreateTraining(), training, validation, told)).Message;
    }

    [Fact]
    public void Weights_for_other_classes_are_taken_by_number_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Root, "first")) with { Epochs = 1, Warning = warnings.Add };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        options = options with { Output = Path.Combine(folder.Root, "second"), Weights = Path.Combine(folder.Root, "first", "best.safetensors") };
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
        RunOptions options = ShortRuns.Options(Path.Combine(folder.Root, "first")) with { Epochs = 1, Warning = warnings.Add, Preprocessing = other };
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, null, options)) run.Run();
        options = options with { Output = Path.Combine(folder.Root, "second"), Weights = Path.Combine(folder.Root, "first", "best.safetensors") };
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
}
