using System.Diagnostics;
using System.Globalization;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Checkpoints;

/// <summary>Disks that take no more, or nothing: an error in words, and what was there stays.</summary>
public class FullDiskTests
{
    // Mounts the disk, saves until that fails, and copies what is left to where it can be looked at.
    private const string Script = """
        mount -t tmpfs -o "$1" none "$2" || exit 9
        "$3" exec "$4" "$2"; code=$?
        cp "$2"/* "$5" 2>/dev/null
        exit $code
        """;

    [MountFact]
    public void A_full_disk_keeps_the_checkpoints_that_are_there_and_no_half_one()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        steps.GoTo(1);
        steps.Save(folder["one"]);
        // Room for two and a half: the third, which is to replace the first, does not fit.
        long size = new FileInfo(folder["one"]).Length * 5 / 2;
        (string left, string[] said, string error) = Run(folder, string.Create(CultureInfo.InvariantCulture, $"size={size}"));
        said.ShouldBe(["1", "2"]);
        error.ShouldContain("No space left on device");
        Directory.GetFiles(left).Select(path => Path.GetFileName(path)).ShouldBe(["checkpoint-0000000001.safetensors", "checkpoint-0000000002.safetensors"], ignoreOrder: true);
        using var resumed = new NumberedSteps();
        resumed.Load(new CheckpointFolder(left, keep: 2).Latest()!);
        resumed.GoTo(3);
        steps.GoTo(3);
        resumed.Bits().ShouldBe(steps.Bits());
    }

    [MountFact]
    public void A_disk_that_may_only_be_read_is_an_error_of_the_system()
    {
        using var folder = new TemporaryFolder();
        (string left, string[] said, string error) = Run(folder, "ro");
        said.ShouldBeEmpty();
        error.ShouldContain("Read-only file system");
        Directory.GetFiles(left).ShouldBeEmpty();
    }

    private static (string Left, string[] Said, string Error) Run(TemporaryFolder folder, string options)
    {
        string disk = Directory.CreateDirectory(folder["disk"]).FullName, left = Directory.CreateDirectory(folder["left"]).FullName;
        var start = new ProcessStartInfo("unshare")
        {
            ArgumentList = { "-rm", "sh", "-c", Script, "sh", options, disk, Environment.ProcessPath!, typeof(FullDiskTests).Assembly.Location, left }, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(1, error);
        return (left, said.Split('\n', StringSplitOptions.RemoveEmptyEntries), error);
    }
}
