using System.Diagnostics;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class WholeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_file_is_replaced_whole_or_not_at_all()
    {
        string path = _folder["f"];
        WholeFile.Write(path, file => file.Write("one"u8));
        Should.Throw<InvalidOperationException>(() => WholeFile.Write(path, file =>
        {
            file.Write("tw"u8);
            throw new InvalidOperationException();
        }));
        Directory.GetFiles(_folder.Root).ShouldBe([path]);
        File.ReadAllText(path).ShouldBe("one");
        WholeFile.Write(path, file => file.Write("two"u8));
        File.ReadAllText(path).ShouldBe("two");
    }

    [Theory]
    [InlineData('a', 251)]
    [InlineData('ж', 123)]
    public void A_name_may_be_as_long_as_the_system_takes_it(char letter, int count)
    {
        string path = _folder[new string(letter, count) + ".pth"];
        WholeFile.Write(path, file => file.Write("whole"u8));
        File.ReadAllText(path).ShouldBe("whole");
        Directory.GetFiles(_folder.Root).ShouldBe([path]);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_link_stays_and_what_it_leads_to_is_written(bool relative, bool exists)
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_folder["elsewhere"]);
        string target = _folder[Path.Combine("elsewhere", "target")], link = _folder["link"], second = _folder["second"];
        if (exists)
            File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, relative ? Path.Combine("elsewhere", "target") : target);
        File.CreateSymbolicLink(second, "link");
        // As a user in another folder names it.
        WholeFile.Write(Path.GetRelativePath(Environment.CurrentDirectory, second), file => file.Write("new"u8));
        File.ReadAllText(target).ShouldBe("new");
        File.ReadAllText(second).ShouldBe("new");
        new FileInfo(link).LinkTarget.ShouldNotBeNull();
        new FileInfo(second).LinkTarget.ShouldBe("link");
    }

    [Fact]
    public void Whoever_may_read_the_old_file_may_read_the_new_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        string path = _folder.Write("private", [1]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        WholeFile.Write(path, file => file.Write("new"u8));
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.ReadAllText(path).ShouldBe("new");
    }

    [Fact]
    public void Pipes_and_devices_are_left_alone()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string pipe = _folder["pipe"];
        using (Process made = Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        File.CreateSymbolicLink(_folder["null"], "/dev/null");
        foreach (string path in (string[])[pipe, _folder["null"]])
        {
            Should.Throw<IOException>(() => WholeFile.Write(path, file => file.Write("lost"u8))).Message.ShouldBe($"'{path}' is a device or a pipe, not a file");
            SpecialFile.Is(path).ShouldBeTrue();
        }
        SpecialFile.Is(_folder.Root).ShouldBeFalse();
        SpecialFile.Is(_folder["none"]).ShouldBeFalse();
        SpecialFile.Is(_folder.Write("f", [1])).ShouldBeFalse();
        Directory.GetFiles(_folder.Root).Length.ShouldBe(3);
    }
}
