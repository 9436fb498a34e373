namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>A disk of a process's own that is filled up to what is to be left. Its system gives room by pages.</summary>
internal sealed class SmallDisk
{
    /// <summary>Bytes that it gives at once.</summary>
    public const int Page = 4096;

    /// <summary>Options to mount it with: more than any file here takes twice, and few files.</summary>
    public const string Options = "size=2m,nr_inodes=64";

    private readonly string _ballast;

    public SmallDisk(string path)
    {
        Files = Directory.CreateDirectory(Path.Combine(path, "files")).FullName;
        _ballast = Directory.CreateDirectory(Path.Combine(path, "ballast")).FullName;
    }

    /// <summary>The folder for what is tried.</summary>
    public string Files { get; }

    /// <summary>Bytes that can still be written.</summary>
    public long Room => new DriveInfo(Files).AvailableFreeSpace;

    /// <summary>Files on it that this process holds open, those that were deleted too.</summary>
    public string[] OpenFiles =>
    [
        .. Directory.GetFileSystemEntries("/proc/self/fd").Select(handle => new FileInfo(handle).LinkTarget).OfType<string>()
            .Where(target => target.StartsWith(Files, StringComparison.Ordinal)),
    ];

    /// <summary>Fills it so that so many bytes can still be written.</summary>
    public void Leave(long bytes)
    {
        File.WriteAllBytes(Path.Combine(_ballast, "bytes"), new byte[Room - bytes]);
        Room.ShouldBe(bytes);
    }

    /// <summary>Fills it so that no file can be created.</summary>
    public void LeaveNoEntry()
    {
        Should.Throw<IOException>(() =>
        {
            for (int i = 0; ; i++) File.WriteAllBytes(Path.Combine(_ballast, $"entry {i}"), []);
        });
    }

    /// <summary>Takes away what fills it.</summary>
    public void MakeRoom()
    {
        foreach (string file in Directory.GetFiles(_ballast)) File.Delete(file);
    }

    /// <summary>Takes away everything.</summary>
    public void Clear()
    {
        MakeRoom();
        foreach (string file in Directory.GetFiles(Files)) File.Delete(file);
    }

    /// <summary>Demands that something fails because the disk is full, and says so.</summary>
    /// <param name="write">What fails.</param>
    /// <param name="path">The file or folder that the message names.</param>
    /// <param name="about">What is tried, for a finding.</param>
    /// <param name="reason">What the system says.</param>
    public static void Refuses(Action write, string path, string about, string reason = "No space left on device")
    {
        // What every writer's documentation has.
        IOException exception = Should.Throw<IOException>(write, about);
        exception.Message.ShouldContain(path, customMessage: about);
        exception.Message.ShouldContain(reason, customMessage: about);
        exception.Message.ReplaceLineEndings("").Length.ShouldBe(exception.Message.Length, $"{about}: more than a line");
    }
}
