using System.Runtime.InteropServices;

namespace EfficientNet.Training;

/// <summary>Makes a thread give way to the kernels' threads.</summary>
internal static partial class LowPriority
{
    private const int Process = 0, Niceness = 10;

    /// <summary>Lowers the calling thread's priority, as far as the system lets it.</summary>
    /// <remarks>On Linux .NET's own priorities do nothing; there a thread has a niceness of its own, and 0 names the calling one.</remarks>
    public static void Set()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetPriority(Process, 0, Niceness);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // It was a favour to the kernels, no more.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
