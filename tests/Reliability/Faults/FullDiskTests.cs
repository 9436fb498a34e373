using EfficientNet.Reliability.Tests.Reports;
using EfficientNet.Reliability.Tests.Support;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>Disks that take no more, at any point of a file: an error in words, what was there stays, and nothing half written.</summary>
public class FullDiskTests
{
    // A disk for a process and its children, without being root: it goes with them.
    private const string Script = """
        mount -t tmpfs -o "$1" none "$2" || exit 9
        shift 2; exec "$@"
        """;

    // By hand, where the table is written, hundreds.
    private static readonly int Points = ByHand.Count("EFFICIENTNET_FULL_DISKS", otherwise: 24);

    public static TheoryData<string> Kinds => [.. Writer.All.Select(writer => writer.Kind)];

    public static TheoryData<string> Logs => [.. GrowingLog.All.Select(log => log.Kind)];

    [MountTheory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_does_not_fit_leaves_the_old_one_and_nothing_beside_it(string kind)
    {
        Run("fill", kind);
        ReliabilityRow.Note($"full disk in the writing of: {kind}", Points, "refused with file and reason; the old file is whole, no other one is left, nor any room taken");
    }

    [MountTheory]
    [MemberData(nameof(Logs))]
    public void A_log_keeps_what_was_handed_over_and_goes_on(string kind)
    {
        Run("fill-log", kind);
        ReliabilityRow.Note($"full disk in the writing of: {kind}", Points, "refused with file and reason; all that was handed over is there and no part of more; goes on where there is room");
    }

    /// <summary>As on file systems that end a file at 4 GiB: the process has a limit, of which the system would tell it by a signal.</summary>
    [Fact]
    public void A_file_that_is_too_long_for_the_system_is_refused_like_one_that_does_not_fit()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TemporaryFolder();
        // Memory for code is a file too, unless it is asked not to be.
        string[] said = ChildProcess.Run(["limit", folder.Root], "sh", "-c", "trap '' XFSZ; DOTNET_EnableWriteXorExecute=0 exec \"$@\"", "sh");
        said.ShouldBe([.. Writer.All.Select(writer => writer.Kind), .. GrowingLog.All.Select(log => log.Kind)]);
        ReliabilityRow.Note("files longer than the system allows", said.Length, "refused with file and reason; the old file is whole, no other one is left");
    }

    private static void Run(string command, string kind)
    {
        using var folder = new TemporaryFolder();
        string disk = Directory.CreateDirectory(folder["disk"]).FullName;
        ChildProcess.Run([command, kind, disk, $"{Points}"], "unshare", "-rm", "sh", "-c", Script, "sh", SmallDisk.Options, disk).ShouldHaveSingleItem().ShouldStartWith($"{Points} points");
    }
}
