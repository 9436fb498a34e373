using System.Globalization;

namespace EfficientNet.Reliability.Tests.Support;

/// <summary>What this process holds of the system: Linux tells.</summary>
internal static class ProcessCounts
{
    /// <summary>Threads of teams of workers. The system keeps fifteen letters of a name.</summary>
    public static int Workers => Directory.GetDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("EfficientNet wo", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it ended while they were counted
        }
    });

    /// <summary>The same once none is left, or after some seconds: the system takes a thread away a moment after it was joined.</summary>
    public static int WorkersLeft()
    {
        for (int tries = 0; tries < 100 && Workers > 0; tries++) Thread.Sleep(50);
        return Workers;
    }

    /// <summary>Open files, sockets and pipes.</summary>
    public static int Handles => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>Bytes of memory of its own that are in use, after a collection.</summary>
    public static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
