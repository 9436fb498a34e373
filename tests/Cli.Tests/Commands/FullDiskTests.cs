using System.Diagnostics;
using EfficientNet.Cli.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tests.Commands;

/// <summary>Disks that are full when a command writes: one line that names the file and the reason, and the disk is as it was.</summary>
public class FullDiskTests
{
    // A small disk with an old file, on which a temporary file may also be asked for; then what lies on it, for the test to see.
    private const string Script = """
        mount -t tmpfs -o size=64k none "$1" || exit 9
        disk=$1; shift
        printf old > "$disk/old"
        TMPDIR=$disk "$@"; code=$?
        find "$disk" -mindepth 1 >&2
        cat "$disk/old" >&2; echo >&2
        exit $code
        """;

    private const int Images = 16;

    private static readonly string Weights = Path.Combine(Repository.Photos, "..", "weights", "tf_efficientnet_lite0.fp16.safetensors");

    [MountTheory]
    [InlineData("convert", "WEIGHTS", "--output", "OLD")]
    [InlineData("export", "EfficientNetLite0", "--output", "OLD")]
    [InlineData("export", "EfficientNetLite0", "--output", "OLD", "--batch-norm", "folded")]
    [InlineData("run", "--network", "EfficientNetLite0", "--input", "IMAGES", "--output", "OLD")]
    public async Task An_output_that_does_not_fit_leaves_the_old_one(params string[] words)
    {
        using var folder = new TemporaryFolder();
        // Their logits take more than the disk has.
        if (words.Contains("IMAGES")) SafetensorsWriter.Write(folder["images"], [new SafetensorsTensor("input", [Images, 3, 224, 224], new float[Images * 3 * 224 * 224])], null);
        string old = Path.Combine(folder["disk"], "old");
        string[] arguments = [.. words.Select(word => word switch { "WEIGHTS" => Weights, "IMAGES" => folder["images"], "OLD" => old, _ => word })];
        string[] lines = await Fail(folder, arguments);
        lines[0].ShouldStartWith($"efficientnet: {old}: cannot be written: No space left on device");
        lines[1..].ShouldBe([old, "old"]);
    }

    [MountFact]
    public async Task Weights_inside_the_program_need_no_temporary_file()
    {
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "light", (_, _) => true, 3);
        Pictures.Write(folder, "dark", (_, _) => false, 3);
        ProgramRun run = await OnSmallDisk(
            folder, "train", "--network", "EfficientNetLite0", "--weights", "inside", "--freeze", "body", "--data", folder["data"], "--epochs", "1", "--batch", "4", "--no-check", "--output", folder["run"]);
        run.ExitCode.ShouldBe(0, run.Errors);
        run.ErrorLines[1..].ShouldBe([Path.Combine(folder["disk"], "old"), "old"]);
    }

    [Theory]
    [InlineData("networks")]
    [InlineData("inspect", "Digits")]
    [InlineData("export", "--help")]
    [InlineData("--version")]
    public async Task Results_that_a_full_disk_does_not_take_are_a_failure(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) return;
        ProgramRun run = await Finish("sh", ["-c", "\"$@\" > /dev/full", "sh", .. ProgramRun.CommandOf(arguments)]);
        run.ShouldFail(1, "efficientnet: standard output: cannot be written: No space left on device");
    }

    /// <summary>The system's way to say so is a signal that ends a process. .NET's own memory would be beyond the limit too, were it a file.</summary>
    [Fact]
    public async Task A_file_that_is_longer_than_the_process_may_write_is_a_failure_and_not_its_end()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TemporaryFolder();
        string output = Path.Combine(Directory.CreateDirectory(folder["written"]).FullName, "out.safetensors");
        ProgramRun run = await Finish("sh", ["-c", "ulimit -f 1000; DOTNET_EnableWriteXorExecute=0 exec \"$@\"", "sh", .. ProgramRun.CommandOf("convert", Weights, "--output", output)]);
        run.ExitCode.ShouldBe(1, run.Errors);
        run.ErrorLines.ShouldHaveSingleItem().ShouldStartWith($"efficientnet: {output}: cannot be written: ");
        Directory.GetFileSystemEntries(folder["written"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Errors_that_a_full_disk_does_not_take_are_in_the_exit_code()
    {
        if (!OperatingSystem.IsLinux()) return;
        ProgramRun run = await Finish("sh", ["-c", "\"$@\" 2> /dev/full", "sh", .. ProgramRun.CommandOf("classify", "absent.png")]);
        run.ExitCode.ShouldBe(1);
    }

    private static async Task<string[]> Fail(TemporaryFolder folder, params string[] arguments)
    {
        ProgramRun run = await OnSmallDisk(folder, arguments);
        run.ExitCode.ShouldBe(1, run.Errors);
        run.Output.ShouldBe("");
        return run.ErrorLines;
    }

    private static Task<ProgramRun> OnSmallDisk(TemporaryFolder folder, params string[] arguments)
    {
        string disk = Directory.CreateDirectory(folder["disk"]).FullName;
        return Finish("unshare", ["-rm", "sh", "-c", Script, "sh", disk, .. ProgramRun.CommandOf(arguments)]);
    }

    private static async Task<ProgramRun> Finish(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return await ProgramRun.Finish(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }
}
