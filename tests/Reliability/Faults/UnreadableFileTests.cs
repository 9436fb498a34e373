using EfficientNet.Reliability.Tests.Reports;
using EfficientNet.Reliability.Tests.Support;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>Paths behind which no file can be read: every reader says so in its own exception.</summary>
public class UnreadableFileTests
{
    [Fact]
    public void What_cannot_be_read_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        string plain = folder.Write("plain", "x");
        File.CreateSymbolicLink(folder["dangling"], folder["nowhere"]);
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        List<string> paths = [folder["missing"], folder["missing", "file"], Path.Combine(plain, "below a file"), folder["dangling"], folder["loop"], folder[new string('n', 300)], folder.Root, folder.Write("empty", "")];
        // Its pages cannot be read: an error of the device.
        if (OperatingSystem.IsLinux()) paths.Add("/proc/self/mem");
        int tried = 0;
        foreach (Reader reader in Reader.All)
        {
            foreach (string path in paths)
            {
                tried++;
                reader.Try(path).ShouldNotBeNull($"{reader.Kind} from {path}");
            }
        }

        ReliabilityRow.Note("unreadable: missing, a folder, a link to nothing or itself, an error of the device", tried, "refused");
    }

    /// <summary>As a user without the rights, who root is not.</summary>
    [Fact]
    public void What_may_not_be_read_is_refused_by_name()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TemporaryFolder();
        string file = folder.Write("forbidden", Reader.All[0].Good());
        File.SetUnixFileMode(file, UnixFileMode.None);
        string[] before = Environment.UserName == "root" ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"] : [];
        string[] said = ChildProcess.Run(["read", file], before);
        said.Length.ShouldBe(Reader.All.Count);
        said.ShouldAllBe(line => line.Contains(file));
        ReliabilityRow.Note("a file that may not be read", said.Length, "refused");
    }
}
