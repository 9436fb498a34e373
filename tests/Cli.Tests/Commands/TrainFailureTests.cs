using System.Diagnostics;
using System.Globalization;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

/// <summary>What happens to a run while it runs: data that go, a disk that fills up. It ends with one line, and goes on to the same bits once that is mended.</summary>
public class TrainFailureTests
{
    // Mounts a small disk, trains into it, and copies what is left to where it can be looked at.
    private const string Script = """
        mount -t tmpfs -o "$1" none "$2" || exit 9
        disk=$2 left=$3; shift 3
        "$@"; code=$?
        cp -r "$disk"/. "$left"
        exit $code
        """;

    [Fact]
    public async Task Data_that_vanish_end_a_run_by_name_and_it_goes_on_when_they_are_back()
    {
        using var folder = new TemporaryFolder();
        WriteData(folder);
        byte[] expected = await Straight(folder);
        string output = folder["run"], data = folder["data"], away = folder["away"];
        ProgramRun stopped = await StoppedRun.Of(Command(folder, output), output, _ => Directory.Move(data, away));
        stopped.ExitCode.ShouldBe(1, stopped.Errors);
        string line = stopped.ErrorLines.ShouldHaveSingleItem();
        line.ShouldStartWith($"efficientnet: {data}{Path.DirectorySeparatorChar}");
        line.ShouldContain(".png: ");

        Directory.Move(away, data);
        (await ProgramRun.Of(Command(folder, output, "--resume"))).ShouldSucceed();
        (await File.ReadAllBytesAsync(Path.Combine(output, "last.safetensors"))).ShouldBe(expected);
    }

    [MountFact]
    public async Task A_disk_that_fills_up_ends_a_run_in_words_and_it_goes_on_where_there_is_room()
    {
        using var folder = new TemporaryFolder();
        WriteData(folder);
        byte[] expected = await Straight(folder);
        long size = new FileInfo(Directory.GetFiles(Path.Combine(folder["straight"], "checkpoints"))[0]).Length;
        string disk = Directory.CreateDirectory(folder["disk"]).FullName, left = Directory.CreateDirectory(folder["left"]).FullName;
        // Room for two checkpoints and a half; three are kept.
        string[] arguments = ["-rm", "sh", "-c", Script, "sh", string.Create(CultureInfo.InvariantCulture, $"size={size * 5 / 2}"), disk, left];
        var start = new ProcessStartInfo("unshare", [.. arguments, .. ProgramRun.CommandOf(Command(folder, disk))]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        ProgramRun full = await ProgramRun.Finish(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        full.ExitCode.ShouldBe(1, full.Errors);
        string line = full.ErrorLines.ShouldHaveSingleItem();
        line.ShouldStartWith($"efficientnet: {disk}: cannot be written: ");
        line.ShouldContain("No space left on device");

        Directory.GetFiles(Path.Combine(left, "checkpoints")).Length.ShouldBeGreaterThan(0);
        Directory.GetFiles(left, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
        (await ProgramRun.Of(Command(folder, left, "--resume"))).ShouldSucceed();
        (await File.ReadAllBytesAsync(Path.Combine(left, "last.safetensors"))).ShouldBe(expected);
    }

    private static void WriteData(TemporaryFolder folder)
    {
        Pictures.Write(folder, "stripes", (x, y) => x / 16 % 2 == 0, 10);
        Pictures.Write(folder, "bars", (x, y) => y / 16 % 2 == 0, 10);
    }

    private static async Task<byte[]> Straight(TemporaryFolder folder)
    {
        (await ProgramRun.Of(Command(folder, folder["straight"]))).ShouldSucceed();
        return await File.ReadAllBytesAsync(Path.Combine(folder["straight"], "last.safetensors"));
    }

    // Many short epochs: the images to judge by are read anew in each.
    private static string[] Command(TemporaryFolder folder, string output, params string[] more) =>
        ["train", "--network", "digits", "--data", folder["data"], "--epochs", "60", "--batch", "8", "--checkpoint-every", "1", "--no-check", "--output", output, .. more];
}
