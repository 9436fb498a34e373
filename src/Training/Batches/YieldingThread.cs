using System.Runtime.InteropServices;

namespace EfficientNet.Training;

/// <summary>A thread that computes only where others leave time.</summary>
internal static partial class YieldingThread
{
    private const int Niceness = 10;

    public static Thread Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            // .NET leaves priorities alone on Linux, where each thread has a niceness of its own.
            if (OperatingSystem.IsLinux())
                Nice(Niceness);
            work();
        })
        {
            Name = name,
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return thread;
    }

    // What it answers does not matter: a thread that must not yield works all the same.
    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);
}
