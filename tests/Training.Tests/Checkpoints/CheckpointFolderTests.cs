using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Checkpoints;

/// <summary>Which checkpoints a folder keeps, and which it gives.</summary>
public class CheckpointFolderTests
{
    [Fact]
    public void The_last_ones_are_kept_and_the_newest_is_given()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        var checkpoints = new CheckpointFolder(folder["new", "folder"], keep: 2);
        checkpoints.Latest().ShouldBeNull();
        for (int step = 1; step <= 4; step++)
        {
            steps.GoTo(step);
            checkpoints.Save(steps.Trainer, steps.Average, steps.State).ShouldBe(checkpoints.Latest());
        }

        Names(folder["new", "folder"]).ShouldBe(["checkpoint-0000000003.safetensors", "checkpoint-0000000004.safetensors"]);
        checkpoints.Latest().ShouldBe(folder["new", "folder", "checkpoint-0000000004.safetensors"]);
    }

    [Fact]
    public void A_damaged_one_is_told_and_the_one_before_it_taken_until_none_is_left()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        List<string> warnings = [];
        var checkpoints = new CheckpointFolder(folder.Root, keep: 3, warnings.Add);
        string[] paths = new string[2];
        for (int i = 0; i < paths.Length; i++)
        {
            steps.GoTo(i + 1);
            paths[i] = checkpoints.Save(steps.Trainer, steps.Average, steps.State);
        }

        Damage(paths[1]);
        checkpoints.Latest().ShouldBe(paths[0]);
        warnings.ShouldBe([$"{paths[1]}: is damaged: its checksum is not that of its content; the one before it is taken"]);
        Damage(paths[0]);
        warnings.Clear();
        Should.Throw<CheckpointException>(checkpoints.Latest).File.ShouldBe(paths[0]);
        // Before the oldest there is none to take.
        warnings.ShouldHaveSingleItem().ShouldStartWith(paths[1]);
    }

    [Fact]
    public void A_damaged_one_of_a_later_step_does_not_take_the_place_of_a_new_one()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        var checkpoints = new CheckpointFolder(folder.Root, keep: 1);
        File.WriteAllText(folder["checkpoint-0000000009.safetensors"], "damaged");
        steps.GoTo(1);
        string path = checkpoints.Save(steps.Trainer, steps.Average, steps.State);
        checkpoints.Latest().ShouldBe(path);
    }

    [Fact]
    public void A_damaged_one_that_the_run_has_passed_does_not_count_as_kept()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        var checkpoints = new CheckpointFolder(folder.Root, keep: 2);
        string Save(int step)
        {
            steps.GoTo(step);
            return checkpoints.Save(steps.Trainer, steps.Average, steps.State);
        }

        Save(1);
        string whole = Save(2), damaged = Save(3);
        Damage(damaged);
        checkpoints.Latest().ShouldBe(whole);
        string next = Save(4);
        Names(folder.Root).ShouldBe([.. new[] { whole, damaged, next }.Select(path => Path.GetFileName(path))], ignoreOrder: true);
        Save(5);
        Names(folder.Root).ShouldBe(["checkpoint-0000000004.safetensors", "checkpoint-0000000005.safetensors"]);
    }

    [Fact]
    public void What_was_left_half_written_goes_and_files_of_other_names_stay()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        string[] others = ["checkpoint-best.safetensors", "checkpoint-.safetensors", "notes.tmp", "checkpoint-0000000001.safetensors.bak"];
        foreach (string name in others) File.WriteAllText(folder[name], "");
        File.WriteAllText(folder["checkpoint-0000000001.safetensors.abc.tmp"], "half");
        var checkpoints = new CheckpointFolder(folder.Root, keep: 1);
        checkpoints.Latest().ShouldBeNull();
        steps.GoTo(1);
        checkpoints.Save(steps.Trainer, steps.Average, steps.State);
        Names(folder.Root).ShouldBe(others.Append("checkpoint-0000000001.safetensors"), ignoreOrder: true);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_of_the_system()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Should.Throw<IOException>(() => new CheckpointFolder(folder["file"], keep: 1));
        using var steps = new NumberedSteps();
        var checkpoints = new CheckpointFolder(folder["gone"], keep: 1);
        Directory.Delete(folder["gone"]);
        Should.Throw<IOException>(() => checkpoints.Save(steps.Trainer, steps.Average, steps.State));
    }

    private static string[] Names(string folder) => Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();

    private static void Damage(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void The_newest_is_read_once()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        steps.GoTo(1);
        var checkpoints = new CheckpointFolder(folder.Root, keep: 1);
        string path = checkpoints.Save(steps.Trainer, steps.Average, steps.State);
        string saved = steps.Bits();
        steps.GoTo(2);

        CheckpointContent newest = checkpoints.ReadLatest()!;
        File.Delete(path);

        Checkpoint.Take(newest, steps.Trainer, steps.Average).Step.ShouldBe(1);
        steps.Bits().ShouldBe(saved);
    }
}
