using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Networks;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Runs;

/// <summary>That neither threads nor interruptions change a bit of a run, and what a run that was interrupted does not go on with.</summary>
public class InterruptedRunTests
{
    private static readonly Drawings Training = ShortRuns.Training, Validation = ShortRuns.Validation;

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
        RunOptions options = ShortRuns.Options(folder.Root);
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
            ShouldBeTheSame(Whole(o => o), (ShortRuns.Bits(again.Trainer), File.ReadAllBytes(Path.Combine(folder.Root, "last.safetensors"))), $"interrupted at {at}");
        }

        // Time is the one thing that differs.
        string[][] Rows(string path) => File.ReadAllLines(Path.Combine(path, "metrics.csv")).Select(line => line.Split(',').Where((_, column) => column != 5).ToArray()).ToArray();
        using var straight = new TemporaryFolder();
        using (var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, options with { Output = straight.Root })) run.Run();
        Rows(folder.Root).ShouldBe(Rows(straight.Root));
    }

    [Fact]
    public void An_update_that_is_half_accumulated_is_given_up_and_nothing_of_it_counts()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { Accumulation = 3 };
        using var stop = new CancellationTokenSource();
        var stopping = new StoppingImages(Training, after: 4 * options.BatchSize + 1, stop);
        using (var run = new TrainingRun(Digits.CreateTraining(), stopping, Validation, options with { LoaderThreads = 1 }))
            run.Run(cancellation: stop.Token).Step.ShouldBeLessThan(2);

        using var again = new TrainingRun(Digits.CreateTraining(), Training, Validation, options with { Resume = true });
        again.Run().IsFinished.ShouldBeTrue();
        ShouldBeTheSame(
            Whole(o => o with { Accumulation = 3 }), (ShortRuns.Bits(again.Trainer), File.ReadAllBytes(Path.Combine(folder.Root, "last.safetensors"))), "interrupted within an update");
    }

    [Fact]
    public void An_epoch_whose_weights_could_not_be_written_ends_again_as_the_best_that_it_was()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { CheckpointEvery = 500 };
        string best = Path.Combine(folder.Root, "best.safetensors");
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
        ShouldBeTheSame(Whole(o => o), (ShortRuns.Bits(again.Trainer), File.ReadAllBytes(Path.Combine(folder.Root, "last.safetensors"))), "a failed write");
    }

    [Fact]
    public void Other_settings_do_not_go_on()
    {
        using var folder = new TemporaryFolder();
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 1 };
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
        RunOptions options = ShortRuns.Options(folder.Root) with { Epochs = 1, Warning = warnings.Add };
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

    private static (Dictionary<string, int[]> Tensors, byte[] Weights) Whole(Func<RunOptions, RunOptions> change)
    {
        using var folder = new TemporaryFolder();
        using var run = new TrainingRun(Digits.CreateTraining(), Training, Validation, change(ShortRuns.Options(folder.Root)));
        run.Run().IsFinished.ShouldBeTrue();
        return (ShortRuns.Bits(run.Trainer), File.ReadAllBytes(Path.Combine(folder.Root, "last.safetensors")));
    }

    private static void ShouldBeTheSame((Dictionary<string, int[]> Tensors, byte[] Weights) expected, (Dictionary<string, int[]> Tensors, byte[] Weights) found, string where)
    {
        ShortRuns.ShouldBeEqual(found.Tensors, expected.Tensors, where);
        found.Weights.ShouldBe(expected.Weights, where);
    }
}
